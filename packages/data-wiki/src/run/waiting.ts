/** One who waits, until the other side of a thread's messages wakes him. */
export class Waiting {
  private resolve = (): void => {};

  /** Ends with the next `wake`. */
  wait(): Promise<void> {
    return new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  wake(): void {
    this.resolve();
  }
}
