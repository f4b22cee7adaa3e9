import type { TailSigns } from "../../core/session/waiting.ts";
import { type Sequence, SequenceScanner } from "../screen/escape-sequences.ts";
import { ReadableText } from "../screen/readable-text.ts";

/** A notification: OSC 9 (not its progress bars, `9;4`), OSC 777 `notify`, and OSC 99 of kitty. */
const NOTIFICATION =
  /^\x1b\](?:9;(?!4;)(?<plain>[^\x07\x1b]*)|777;notify;(?<title>[^\x07\x1b]*)|99;[^;]*;(?<kitty>[^\x07\x1b]*))/;

const TITLE = /^\x1b\][02];([^\x07\x1b]*)/;

const ESC = 0x1b;
const BEL = 0x07;

/** Reads the signs in the end of a program's output. It may end inside a sequence, and when it `isCut` also begin inside one. */
export function readTail(output: Uint8Array, isCut: boolean): TailSigns {
  // The end of an OSC would look like a bell.
  const bytes = isCut ? output.subarray(Math.max(0, output.indexOf(ESC))) : output;
  let notification: string | undefined;
  let title: string | undefined;
  let done = 0;
  const onText = (end: number) => {
    // A bell does not replace the words of a notification.
    if (bytes.subarray(done, Math.max(done, end)).includes(BEL)) notification ??= "";
  };
  const onSequence = ({ text, start, end }: Sequence) => {
    onText(start);
    done = end;
    const groups = NOTIFICATION.exec(text)?.groups;
    const words = groups?.["plain"] ?? groups?.["title"] ?? groups?.["kitty"];
    // Without words it is a query, whether the terminal has notifications.
    if (words) notification = decoded(words);
    title = TITLE.exec(text)?.[1] === undefined ? title : decoded(TITLE.exec(text)?.[1] ?? "");
  };
  const scanner = new SequenceScanner();
  scanner.feed(bytes, onSequence, (_start, end) => {
    done = Math.max(done, end);
  });
  if (!scanner.isInside) onText(bytes.length);
  return { notification, title, text: new ReadableText().push(bytes) };
}

/** The scanner keeps sequences as Latin-1. */
function decoded(latin1: string): string {
  return new TextDecoder().decode(Uint8Array.from(latin1, (it) => it.charCodeAt(0)));
}
