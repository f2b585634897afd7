import { Modal } from "./Modal";
import { useTexts } from "./texts";

/** Asks whether the session is to end. */
export function EndDialog({ end, close }: { end: () => void; close: () => void }) {
  const { t } = useTexts();
  return (
    <Modal class="dialog" label={t("end_question")} close={close}>
      <h2 class="dialog-title">{t("end_question")}</h2>
      <p>{t("end_explanation")}</p>
      <div class="dialog-actions">
        <button type="button" class="button" onClick={close}>
          {t("cancel")}
        </button>
        <button
          type="button"
          class="button button-danger"
          onClick={() => {
            close();
            end();
          }}
        >
          {t("end")}
        </button>
      </div>
    </Modal>
  );
}
