/** Lets a base model be disposed of once, and refuses to answer afterwards. */
export class Disposal {
  readonly #id: string;
  readonly #release: () => Promise<unknown>;
  #done: Promise<unknown> | undefined;

  constructor(id: string, release: () => Promise<unknown> = async () => {}) {
    this.#id = id;
    this.#release = release;
  }

  /** @throws after `dispose` */
  check(): void {
    if (this.#done) {
      throw new Error(`${this.#id}: was disposed of; create the model again to predict`);
    }
  }

  async dispose(): Promise<void> {
    this.#done ??= this.#release();
    await this.#done;
  }
}
