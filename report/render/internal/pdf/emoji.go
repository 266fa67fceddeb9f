package pdf

import "strings"

// spoken returns what stands for a character that no font has: its name in
// brackets for the emoji that people use at work, nothing for what only
// modifies an emoji. Names follow the CLDR short names, made one or two words.
func spoken(r rune) (string, bool) {
	switch {
	case r >= 0x1f3fb && r <= 0x1f3ff, r >= 0xfe00 && r <= 0xfe0f, r == 0x200d, r == 0x20e3:
		return "", true // skin tones, variation selectors, joiner, keycap
	case r >= 0x1f1e6 && r <= 0x1f1ff: // a flag is two letters of a country code
		return string('A' + r - 0x1f1e6), true
	}
	if name, ok := emoji[r]; ok {
		return "[" + name + "]", true
	}
	return "", false
}

// spoken returns s without characters beyond U+FFFF, for the places where no
// font of ours draws: outline and document title.
func (d *Doc) spoken(s string) string {
	return strings.Map(func(r rune) rune {
		if r > 0xffff {
			return 0xfffd
		}
		return r
	}, expand(s))
}

func expand(s string) string {
	var b strings.Builder
	for _, r := range s {
		if name, ok := spoken(r); ok && r > 0xffff {
			b.WriteString(name)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

var emoji = map[rune]string{
	'😀': "grin", '😁': "grin", '😂': "joy", '😃': "smile", '😄': "smile", '😅': "sweat smile", '😆': "laugh",
	'😉': "wink", '😊': "blush", '😍': "heart eyes", '😎': "cool", '😐': "neutral", '😕': "confused", '😞': "disappointed",
	'😡': "angry", '😢': "cry", '😭': "sob", '😬': "grimace", '😱': "scream", '😴': "sleeping", '😇': "angel", '🙂': "smile",
	'🙃': "upside down", '🙄': "eye roll", '🤔': "thinking", '🤖': "robot", '🤗': "hug", '🤝': "handshake", '🤞': "fingers crossed",
	'🤷': "shrug", '🤦': "facepalm", '🤯': "mind blown", '🥳': "party face", '🥲': "tear", '🤣': "rofl", '🥺': "pleading", '🫡': "salute", '🫠': "melting",
	'👍': "thumbs up", '👎': "thumbs down", '👏': "clap", '👋': "wave", '👌': "ok hand", '👀': "eyes", '👉': "right", '👈': "left",
	'👆': "up", '👇': "down", '👨': "man", '👩': "woman", '🧑': "person", '👶': "baby", '👻': "ghost", '👑': "crown", '👷': "construction worker",
	'🙏': "thanks", '🙌': "hooray", '💪': "strong", '🧠': "brain", '💀': "skull", '💩': "poo", '💔': "broken heart", '💙': "blue heart",
	'💚': "green heart", '💛': "yellow heart", '💜': "purple heart", '🧡': "orange heart", '🖤': "black heart", '❤': "heart", '💯': "100", '💥': "boom", '💡': "idea", '💬': "speech",
	'💭': "thought", '💣': "bomb", '💤': "zzz", '💰': "money", '💸': "money", '💎': "gem", '💻': "laptop", '💾': "disk",
	'💿': "disc", '📁': "folder", '📂': "folder", '📄': "page", '📅': "calendar", '📆': "calendar", '🗓': "calendar", '📈': "chart up", '📉': "chart down",
	'📊': "chart", '📋': "clipboard", '📌': "pin", '📍': "pin", '📎': "paperclip", '📏': "ruler", '📐': "ruler", '📖': "book",
	'📚': "books", '📝': "memo", '📢': "loudspeaker", '📣': "megaphone", '📦': "package", '📧': "e-mail", '📨': "mail", '📩': "mail",
	'📬': "mailbox", '📞': "phone", '📱': "phone", '📷': "camera", '📸': "camera", '🎥': "camera", '🔍': "search", '🔎': "search", '🔐': "lock",
	'🔒': "lock", '🔓': "unlock", '🔑': "key", '🔔': "bell", '🔕': "no bell", '🔖': "bookmark", '🔗': "link", '🔥': "fire", '🔧': "wrench",
	'🔨': "hammer", '🔩': "bolt", '🔬': "microscope", '🔭': "telescope", '🔮': "crystal ball", '🔴': "red", '🔵': "blue", '🟢': "green", '🟡': "yellow", '🟠': "orange", '🟣': "purple",
	'🔺': "up", '🔻': "down", '🔼': "up", '🔽': "down", '🔄': "refresh", '🔁': "repeat", '🔀': "shuffle", '🔊': "loud", '🔋': "battery", '🔌': "plug",
	'🚀': "rocket", '🚧': "construction", '🚨': "alarm", '🚩': "flag", '🚫': "forbidden", '🚢': "ship", '🚦': "traffic light", '🚑': "ambulance", '🚗': "car", '🚪': "door", '🛑': "stop",
	'🛠': "tools", '🛡': "shield", '🛒': "cart", '🧪': "test tube", '🧹': "broom", '🧵': "thread", '🧩': "puzzle", '🧰': "toolbox", '🧱': "brick", '🧭': "compass", '🧬': "dna", '🧊': "ice",
	'🎉': "party", '🎊': "confetti", '🎁': "gift", '🎂': "cake", '🎈': "balloon", '🎓': "graduation", '🎨': "art", '🎯': "target", '🎤': "microphone", '🎬': "clapper", '🎮': "game", '🎵': "music",
	'🏁': "finish", '🏃': "runner", '🏆': "trophy", '🏅': "medal", '🥇': "first", '🥈': "second", '🥉': "third", '🏗': "building", '🏠': "house", '🏢': "office", '🏷': "label", '🏖': "beach",
	'🐛': "bug", '🐍': "snake", '🐳': "whale", '🐧': "penguin", '🐢': "turtle", '🐌': "snail", '🐎': "horse", '🐞': "beetle", '🐘': "elephant", '🐙': "octopus", '🦀': "crab", '🦄': "unicorn", '🦊': "fox", '🦋': "butterfly",
	'🌍': "globe", '🌎': "globe", '🌏': "globe", '🌐': "web", '🌙': "moon", '🌟': "star", '🌱': "seedling", '🌳': "tree", '🌈': "rainbow", '🌊': "wave", '🍀': "clover", '🍎': "apple", '🍕': "pizza", '🍺': "beer", '🍻': "cheers", '🍾': "bottle",
	'🗑': "bin", '🗣': "speaking", '🗺': "map", '🖥': "computer", '🖼': "picture", '🕐': "clock", '🕒': "clock", '🆕': "new", '🆗': "ok", '🆘': "sos", '🆙': "up", '🪄': "wand", '🪲': "beetle", '🪵': "log", '🥅': "goal", '🦺': "vest",
	'✅': "done", '☑': "checked", '✔': "check", '✓': "check", '✗': "cross", '✘': "cross", '❌': "cross", '❎': "cross", '✨': "sparkles", '⚡': "zap", '⚠': "warning", '⛔': "no entry",
	'⏰': "alarm clock", '⏱': "stopwatch", '⏳': "hourglass", '⌛': "hourglass", '⏩': "fast", '⏪': "rewind", '⏸': "pause", '⏹': "stop", '▶': "play", '⭐': "star", '☕': "coffee", '♻': "recycle", '⚙': "gear", '⚒': "tools",
	'⚖': "scales", '⚗': "alembic", '⚓': "anchor", '⚪': "white", '⚫': "black", '⬆': "up", '⬇': "down", '⬅': "left", '➡': "right", '⤴': "up", '⤵': "down", '↩': "back", '❓': "?", '❗': "!", '❕': "!", '❔': "?",
	'➕': "plus", '➖': "minus", '✂': "scissors", '✈': "plane", '✉': "mail", '✋': "hand", '✊': "fist", '✌': "victory", '✍': "writing", '✏': "pencil", '☀': "sun", '☁': "cloud", '☂': "umbrella", '❄': "snow", '☎': "phone", '☝': "up", '☠': "skull", '☢': "radioactive", '☣': "biohazard",
}
