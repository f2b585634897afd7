/** Parts that nobody sees at first, in one file: asked for once, all of them are there. */
export { EmojiPicker } from "./composer/EmojiPicker";
export { EndDialog } from "./EndDialog";
export { FileCard } from "./log/FileCard";
export { ImageViewer } from "./log/ImageViewer";
export { Picture } from "./log/Picture";
export { TypedContent } from "./log/TypedContent";
export { Refused } from "./Refused";
