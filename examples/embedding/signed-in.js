// A file of its own, so that a strict content security policy has nothing against it.
const frontdesk = (...call) => (window.Frontdesk ||= []).push(call);

// Your server answers {user_id, expires_at, signature} for whoever is signed in, or 401.
async function identify() {
  const answer = await fetch("/frontdesk-identity");
  const person = answer.ok ? await answer.json() : null;
  frontdesk("identify", person && { ...person, custom_data: { page: document.title } });
}

frontdesk("on", "unread", ({ count }) => (document.getElementById("unread").textContent = count));
// A signature is good for a day at most; ask for a new one when the desk does not take it any more.
frontdesk("on", "error", ({ code }) => {
  if (code === "identity_required") void identify();
});

document.addEventListener("DOMContentLoaded", () => {
  document.getElementById("ask").addEventListener("click", () => frontdesk("open"));
  document.getElementById("sign-out").addEventListener("click", () => frontdesk("identify", null));
  void identify();
});
