/** A question that must be answered before something is done. */
export interface Question {
  readonly title: string;
  readonly text: string;
  /** What the button says that does it. */
  readonly confirm: string;
  readonly isDangerous?: boolean;
}

class Confirmation {
  question = $state.raw<Question>();
  #answer: ((isYes: boolean) => void) | undefined;

  /** Asks in a dialog; false when it was closed in any other way. */
  ask(question: Question): Promise<boolean> {
    this.answer(false);
    this.question = question;
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  answer(isYes: boolean): void {
    this.#answer?.(isYes);
    this.#answer = undefined;
    this.question = undefined;
  }
}

export const confirmation = new Confirmation();
