/** The emoji that the picker offers: faces, hands, hearts, and things that customers write about. */
export const EMOJI: readonly string[] = (
  "😀 😄 😁 😆 😅 😂 🙂 😉 😊 😇 🥰 😍 😘 😋 😜 🤗 🤔 🤨 😐 🙄 😏 😴 😌 😔 😕 😟 😢 😭 😤 😠 😡 😱 😳 🥺 😷 🤒 🤯 🥳 😎 " +
  "👍 👎 👌 ✌️ 🙏 👏 🤝 💪 👋 ✋ 👉 ❤️ 💔 ✨ ⭐ 🎉 🎁 🌹 🔥 " +
  "✅ ❌ ❓ ❗ 💡 ⏰ 📦 🚚 🧾 💰 💳 📞 📷 🛒"
).split(" ");
