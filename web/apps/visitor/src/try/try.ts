/** The page at `/try/<channel key>`, on which an admin tries the widget (CHAN-02): it includes the script as any page does. */
const script = document.createElement("script");
script.src = "/widget.js";
script.async = true;
script.setAttribute("data-channel", /^\/try\/([a-z0-9-]+)\/?$/.exec(location.pathname)?.[1] ?? "");
script.setAttribute("data-language", navigator.language);
document.head.append(script);
