import { TroubleError, type Trouble, type VisitorClient } from "@frontdesk/visitor-sdk";
import { useState } from "preact/hooks";

import { TickIcon } from "../Icons";
import { useTexts } from "../texts";
import { troubleSentence } from "../trouble";
import { useNow } from "../use-now";
import { outcomeOf, type Outcome } from "./asked";
import { Card, LinkedImage } from "./Card";
import type { Typed } from "./timeline";
import { useTypedWords } from "./typed-words";
import "./typed.css";

const SECOND_MS = 1_000;

type Rating = Extract<Typed["content"], { type: "rating" }>;
type Choosing = Extract<Typed["content"], { type: "menu" | "form" }>;

interface Part {
  question: Outcome & { session_id: string };
  client: VisitorClient;
}

/** A card, a picture that lies elsewhere, or something that was asked, with the answer once there is one. */
export function TypedContent({ typed: { content, entry }, client }: { typed: Typed; client: VisitorClient }) {
  const question = { ...outcomeOf(entry, client.state.conversation), session_id: entry.session_id };
  switch (content.type) {
    case "linked_image":
      return <LinkedImage image={content} />;
    case "card":
      return <Card card={content} />;
    case "menu":
    case "form":
      return <ChoiceView asked={content} question={question} client={client} />;
    case "rating":
      return <RatingView rating={content} question={question} client={client} />;
  }
}

/** A click says exactly the option's text, as if it had been written (FLOW-06). */
function ChoiceView({ asked, question, client }: Part & { asked: Choosing }) {
  const t = useTypedWords();
  const items = asked.type === "menu" ? asked.items : asked.input.type === "options" ? asked.input.items : [];
  return (
    <div class="question">
      <span class="text">{asked.header}</span>
      <div class="options" role="group" aria-label={asked.header}>
        {items.map(({ id, content, desc }) => (
          <button
            key={id}
            type="button"
            class="option"
            disabled={!question.isOpen}
            aria-pressed={question.answer === content}
            onClick={() => client.sendText(content)}
          >
            {question.answer === content && <TickIcon />}
            <span>{content}</span>
            {desc !== undefined && desc !== "" && <small>{desc}</small>}
          </button>
        ))}
      </div>
      {asked.type === "form" && asked.input.type === "text" && (
        <small>{question.answer === null ? t("form_hint") : t("form_filled", { text: question.answer })}</small>
      )}
      {asked.type === "menu" && asked.tail !== undefined && asked.tail !== "" && <span class="text">{asked.tail}</span>}
    </div>
  );
}

/** One level, once, in time (RATE-02). */
function RatingView({ rating, question, client }: Part & { rating: Rating }) {
  const page = useTexts();
  const t = useTypedWords();
  const now = useNow(SECOND_MS);
  const [level, setLevel] = useState<Rating["levels"][number] | null>(null);
  const [comment, setComment] = useState("");
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [step, setStep] = useState<"open" | "sending" | "given">("open");
  const answer = question.answer ?? (step === "given" ? (level?.content ?? null) : null);
  if (answer !== null) {
    return (
      <div class="question" role="status">
        <span class="text">{rating.head}</span>
        <strong>{t("rated", { level: answer })}</strong>
        {rating.tail !== "" && <span class="text">{rating.tail}</span>}
      </div>
    );
  }
  if (now > rating.expires_at) {
    return (
      <div class="question">
        <span class="text">{rating.head}</span>
        <small>{t("rating_expired")}</small>
      </div>
    );
  }
  const submit = async () => {
    if (level === null) return;
    setStep("sending");
    try {
      await client.rate(question.session_id, level.id, comment);
      setStep("given");
    } catch (error) {
      if (!(error instanceof TroubleError)) throw error;
      setTrouble(error.trouble);
      setStep("open");
    }
  };
  return (
    <form
      class="question"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <span class="text">{rating.head}</span>
      <Levels rating={rating} level={level} choose={setLevel} />
      {rating.wants_comment && level !== null && (
        <textarea
          rows={2}
          maxLength={1000}
          placeholder={t("rating_comment")}
          aria-label={t("rating_comment")}
          value={comment}
          onInput={(event) => setComment(event.currentTarget.value)}
        />
      )}
      {trouble !== null && <small role="alert">{troubleSentence(trouble, page.t)}</small>}
      <button type="submit" class="option" disabled={level === null || step === "sending"}>
        {t("rate")}
      </button>
    </form>
  );
}

interface LevelsProps {
  rating: Rating;
  level: Rating["levels"][number] | null;
  choose: (level: Rating["levels"][number]) => void;
}

/** Stars in a row, or numbers one below the other; both are radio buttons. */
function Levels({ rating, level, choose }: LevelsProps) {
  const place = level === null ? -1 : rating.levels.findIndex(({ id }) => id === level.id);
  const isStars = rating.style === "stars";
  return (
    <div class={isStars ? "stars" : "options"} role="radiogroup" aria-label={rating.head}>
      {rating.levels.map((each, at) => (
        <button
          key={each.id}
          type="button"
          role="radio"
          class={isStars ? "star" : "option"}
          aria-checked={each.id === level?.id}
          aria-label={each.content}
          title={each.content}
          onClick={() => choose(each)}
        >
          {isStars ? (at <= place ? "★" : "☆") : `${at + 1}. ${each.content}`}
        </button>
      ))}
      {isStars && <small>{level?.content ?? ""}</small>}
    </div>
  );
}
