/** The server's limits, checked beside the fields while typing; the server checks them again. */
export const LIMITS = {
  name: { min: 1, max: 64 },
  nickname: { min: 1, max: 32 },
  receptionLimit: { min: 1, max: 200 },
  priority: { min: 1, max: 5, usual: 3 },
  waitSeconds: { min: 10, max: 86_400 },
  reminderSeconds: { min: 5, max: 86_400 },
  inactiveSeconds: { min: 60, max: 604_800 },
  graceSeconds: { min: 5, max: 3_600 },
  queueLimit: { min: 1, max: 10_000 },
  textChars: 4_000,
  ratingLevels: { min: 1, max: 10 },
  ratingValue: { min: 1, max: 10 },
  ratingHours: { min: 1, max: 24 },
  ratingTextChars: 500,
  launcherTextChars: 24,
  botQuestions: 500,
  botWordings: { max: 20, chars: 200 },
  botSuggestionChars: 500,
} as const;

export const STAFF_NO = /^[A-Za-z0-9_-]{1,32}$/;
/** Small and capital letters alike: the server stores addresses in small ones. */
export const EMAIL =
  /^(?=.{3,254}$)(?=[^@]{1,64}@)[\w!#$%&'*+/=?^`{|}~-]+(\.[\w!#$%&'*+/=?^`{|}~-]+)*@[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;
export const PHONE = /^(?=.{3,32}$)[ -]*\+?(?:[ -]*[0-9]){3,}[ -]*$/;
/** Whether a text can be a website that may show a chat (T213); the server looks closer. */
export function isWebsite(text: string): boolean {
  return /^https?:\/\/(\*\.)?[^\s/?#@*;,'"]+\/?$/i.test(text.trim());
}
/** What can stand in a header: visible ASCII, blanks only within. */
export const SECRET_VALUE = /^(?! )[ -~]{1,2000}(?<! )$/;
export const CHANNEL_KEY = /^[a-z0-9-]{3,40}$/;

/** Rows per page of the console's lists. */
export const PAGE_SIZE = {
  agents: 15,
  channels: 15,
  skillGroups: 10,
  members: 10,
  flows: 15,
  ratingConfigs: 15,
  bots: 15,
  flowSecrets: 15,
  mails: 20,
} as const;

/** How often lists that show people's status and queues are read again while they are on the screen. */
export const STATUS_REFRESH_MS = 15_000;

/** The colour of a chat page that nobody chose one for. */
export const DEFAULT_COLOUR = "#0b57d0";
