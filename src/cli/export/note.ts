/** What an export has to say beside the object: what it could not express, and what a person has to do. */

/**
 * `notExpressed`: is not in the export, and stays in force only as long as the workload runs as it was found.
 * `unmanaged`: an object that stays as it is, beside the PrismCluster. `before`, `after`: to be done around the apply.
 */
export type NoteKind = "notExpressed" | "unmanaged" | "before" | "after";

/** One note. */
export interface Note {
  readonly kind: NoteKind;
  /** The object that was read: `StatefulSet redis`. */
  readonly subject: string;
  /** Where in the export it would stand. */
  readonly field?: string;
  readonly message: string;
  /** A command line, or a sentence. */
  readonly advice?: string;
}

/** Collects notes; the same one twice is one. */
export class Notes {
  readonly #notes = new Map<string, Note>();

  /** In the order in which they were made. */
  get all(): readonly Note[] {
    return [...this.#notes.values()];
  }

  add(
    kind: NoteKind,
    subject: string,
    message: string,
    more: Pick<Note, "field" | "advice"> = {},
  ): void {
    this.#notes.set(`${kind}\n${subject}\n${more.field}\n${message}`, {
      kind,
      subject,
      message,
      ...more,
    });
  }

  /** Something of a workload that the export leaves out. */
  lost(subject: string, message: string, field?: string): void {
    this.add("notExpressed", subject, message, field === undefined ? {} : { field });
  }
}
