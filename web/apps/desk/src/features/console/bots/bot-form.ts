import type { Faq } from "../shared/wire";

/** A bot as its form holds it: the wordings of a question as lines of one text. */
export interface BotForm {
  name: string;
  suggestion_text: string;
  questions: { wordings: string; answer: string }[];
}

/** The wordings in a text: one a line, without blank lines and blanks at the ends. */
export function wordingsOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** What the form says, as the server takes it. */
export function faqOf(form: BotForm): Faq {
  return {
    name: form.name.trim(),
    suggestion_text: form.suggestion_text.trim(),
    questions: form.questions.map(({ wordings, answer }) => ({ wordings: wordingsOf(wordings), answer })),
  };
}

/** A stored bot, as the form shows it. */
export function formOf(faq: Faq | undefined): BotForm {
  const questions = faq?.questions.map(({ wordings, answer }) => ({ wordings: wordings.join("\n"), answer }));
  return {
    name: faq?.name ?? "",
    suggestion_text: faq?.suggestion_text ?? "",
    questions: questions ?? [{ wordings: "", answer: "" }],
  };
}
