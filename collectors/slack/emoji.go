package slack

import "strings"

// emojis are the names of emoji that teams write to each other, as Slack has
// them (https://emojis.slack.com shows them all). Another name stays as it is:
// a workspace has its own as well.
var emojis = pairs(`
	+1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 ok_hand 👌 wave 👋 clap 👏 raised_hands 🙌 pray 🙏 muscle 💪 handshake 🤝
	point_up ☝️ point_right 👉 point_left 👈 point_down 👇 point_up_2 👆 crossed_fingers 🤞 v ✌️ raised_hand ✋ hand ✋
	writing_hand ✍️ facepalm 🤦 shrug 🤷 bow 🙇 salute 🫡 saluting_face 🫡 eyes 👀 brain 🧠 mag 🔍 mag_right 🔎
	smile 😄 smiley 😃 grinning 😀 grin 😁 laughing 😆 joy 😂 rolling_on_the_floor_laughing 🤣 rofl 🤣 slightly_smiling_face 🙂
	simple_smile 🙂 wink 😉 blush 😊 innocent 😇 heart_eyes 😍 sunglasses 😎 nerd_face 🤓 thinking_face 🤔 thinking 🤔
	neutral_face 😐 expressionless 😑 unamused 😒 roll_eyes 🙄 face_with_rolling_eyes 🙄 grimacing 😬 relieved 😌 pensive 😔
	sleepy 😪 sleeping 😴 mask 😷 dizzy_face 😵 exploding_head 🤯 partying_face 🥳 confused 😕 worried 😟 slightly_frowning_face 🙁
	open_mouth 😮 hushed 😯 astonished 😲 flushed 😳 cry 😢 sob 😭 scream 😱 confounded 😖 disappointed 😞 sweat 😓 sweat_smile 😅
	weary 😩 tired_face 😫 rage 😡 angry 😠 hugging_face 🤗 hugs 🤗 upside_down_face 🙃 melting_face 🫠 zany_face 🤪 skull 💀
	robot_face 🤖 ghost 👻 see_no_evil 🙈 hear_no_evil 🙉 speak_no_evil 🙊 poop 💩 hankey 💩 clown_face 🤡 monkey 🐒
	heart ❤️ orange_heart 🧡 yellow_heart 💛 green_heart 💚 blue_heart 💙 purple_heart 💜 broken_heart 💔 sparkling_heart 💖 100 💯
	fire 🔥 boom 💥 sparkles ✨ star ⭐ star2 🌟 zap ⚡ tada 🎉 confetti_ball 🎊 balloon 🎈 trophy 🏆 medal 🏅 first_place_medal 🥇 dart 🎯
	rocket 🚀 rainbow 🌈 sunny ☀️ cloud ☁️ umbrella ☂️ snowflake ❄️ droplet 💧 ocean 🌊 seedling 🌱 evergreen_tree 🌲 four_leaf_clover 🍀
	white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌ negative_squared_cross_mark ❎ warning ⚠️ no_entry ⛔
	no_entry_sign 🚫 octagonal_sign 🛑 exclamation ❗ heavy_exclamation_mark ❗ question ❓ grey_question ❔ bangbang ‼️ interrobang ⁉️
	red_circle 🔴 large_blue_circle 🔵 large_green_circle 🟢 large_yellow_circle 🟡 large_orange_circle 🟠 white_circle ⚪ black_circle ⚫
	large_green_square 🟩 large_red_square 🟥 arrow_up ⬆️ arrow_down ⬇️ arrow_right ➡️ arrow_left ⬅️ arrow_upper_right ↗️
	arrow_lower_right ↘️ leftwards_arrow_with_hook ↩️ arrow_right_hook ↪️ arrows_counterclockwise 🔄 repeat 🔁 recycle ♻️
	heavy_plus_sign ➕ heavy_minus_sign ➖ infinity ♾️ one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ six 6️⃣ seven 7️⃣ eight 8️⃣ nine 9️⃣
	keycap_ten 🔟 zero 0️⃣ information_source ℹ️ new 🆕 ok 🆗 sos 🆘 up 🆙 soon 🔜 copyright ©️ registered ®️ tm ™️
	bulb 💡 memo 📝 pencil 📝 pencil2 ✏️ book 📖 books 📚 bookmark 🔖 page_facing_up 📄 clipboard 📋 calendar 📅 date 📅
	spiral_calendar_pad 🗓️ chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 bar_chart 📊 pushpin 📌 round_pushpin 📍
	paperclip 📎 link 🔗 scissors ✂️ straight_ruler 📏 triangular_ruler 📐 lock 🔒 unlock 🔓 key 🔑 hammer 🔨 wrench 🔧
	hammer_and_wrench 🛠️ gear ⚙️ nut_and_bolt 🔩 magnet 🧲 test_tube 🧪 microscope 🔬 telescope 🔭 alembic ⚗️ dna 🧬
	computer 💻 desktop_computer 🖥️ keyboard ⌨️ floppy_disk 💾 cd 💿 camera 📷 movie_camera 🎥 telephone_receiver 📞 phone ☎️
	iphone 📱 battery 🔋 electric_plug 🔌 satellite 📡 hourglass ⌛ hourglass_flowing_sand ⏳ watch ⌚ alarm_clock ⏰ stopwatch ⏱️
	email 📧 envelope ✉️ inbox_tray 📥 outbox_tray 📤 package 📦 mailbox 📫 speech_balloon 💬 thought_balloon 💭 loudspeaker 📢
	mega 📣 bell 🔔 no_bell 🔕 speaker 🔈 mute 🔇 construction 🚧 rotating_light 🚨 vertical_traffic_light 🚦 checkered_flag 🏁
	triangular_flag_on_post 🚩 ship 🚢 airplane ✈️ car 🚗 bike 🚲 train 🚆 bus 🚌 house 🏠 office 🏢 hospital 🏥 school 🏫
	coffee ☕ tea 🍵 beer 🍺 beers 🍻 wine_glass 🍷 champagne 🍾 cake 🍰 birthday 🎂 cookie 🍪 pizza 🍕 hamburger 🍔 taco 🌮
	apple 🍎 banana 🍌 avocado 🥑 hot_pepper 🌶️ popcorn 🍿 icecream 🍦 gift 🎁 game_die 🎲 video_game 🎮 soccer ⚽ art 🎨 guitar 🎸
	bug 🐛 ant 🐜 bee 🐝 snail 🐌 turtle 🐢 snake 🐍 whale 🐳 dolphin 🐬 octopus 🐙 crab 🦀 unicorn_face 🦄 dog 🐶 cat 🐱
	penguin 🐧 chicken 🐔 parrot 🦜 bird 🐦 owl 🦉 elephant 🐘 panda_face 🐼 sloth 🦥 dragon 🐉 t-rex 🦖 earth_americas 🌎
	earth_africa 🌍 earth_asia 🌏 globe_with_meridians 🌐 moneybag 💰 dollar 💵 gem 💎 scales ⚖️ crystal_ball 🔮 jigsaw 🧩`)

func pairs(s string) map[string]string {
	m := map[string]string{}
	f := strings.Fields(s)
	for i := 0; i+1 < len(f); i += 2 {
		m[f[i]] = f[i+1]
	}
	return m
}

// emoji writes the characters of emoji for their names where they are known. The
// tone of a skin is left out.
func emoji(s string) string {
	i := strings.IndexByte(s, ':')
	if i < 0 || strings.IndexByte(s[i+1:], ':') < 0 {
		return s
	}
	var b strings.Builder
	for {
		i := strings.IndexByte(s, ':')
		if i < 0 {
			break
		}
		n := emojiName(s[i+1:])
		if n == 0 {
			b.WriteString(s[:i+1])
			s = s[i+1:]
			continue
		}
		id := s[i+1 : i+1+n]
		b.WriteString(s[:i])
		s = s[i+n+2:]
		switch char := emojis[id]; {
		case strings.HasPrefix(id, "skin-tone-"):
		case char != "":
			b.WriteString(char)
		default:
			// The colon at its end may begin another name.
			b.WriteString(":" + id)
			s = ":" + s
			if m := emojiName(s[1:]); m == 0 || emojis[s[1:1+m]] == "" {
				b.WriteString(":")
				s = s[1:]
			}
		}
	}
	b.WriteString(s)
	return b.String()
}

// emojiName returns the length of the name that s begins with and a colon ends,
// 0 where there is none.
func emojiName(s string) int {
	for i := range len(s) {
		c := s[i]
		switch {
		case c == ':':
			return i
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '_', c == '-', c == '+', c == '\'':
		default:
			return 0
		}
		if i > 100 {
			return 0
		}
	}
	return 0
}
