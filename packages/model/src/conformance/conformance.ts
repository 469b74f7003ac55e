import type { BaseModel } from '../plugins/base-model.js';
import { checks } from './checks.js';
import { difficultSentences } from './sentences.js';

/**
 * Holds a base model to its contract: one call in a plugin's tests. All rules are tried, and what fails is told together.
 *
 * ```ts
 * test('conforms', () => checkConformance(() => myModel('path')));
 * ```
 *
 * @param create makes the model; called once, and the model is disposed of
 * @param options.sentences for a model that knows only certain sentences, such as predictions from a file
 * @throws listing each broken rule: what must hold, what was got, what to do
 */
export async function checkConformance(
  create: () => BaseModel | Promise<BaseModel>,
  { sentences = difficultSentences }: { sentences?: readonly (readonly string[])[] } = {},
): Promise<void> {
  const model = await create();
  const answers = model.predict(sentences);
  answers.catch(() => {}); // told by the rules that read it
  const failures: string[] = [];
  for (const { rule, run } of checks) {
    try {
      await run(model, { sentences, answers });
    } catch (error) {
      failures.push(`- ${rule}: ${(error as Error).message}`);
    }
  }
  if (failures.length > 0) {
    throw new Error(
      `conformance: ${model.id} breaks ${failures.length} of ${checks.length} rules\n${failures.join('\n')}`,
    );
  }
}
