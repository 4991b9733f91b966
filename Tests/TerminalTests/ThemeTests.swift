import Config
import Glibc
import Testing

@testable import Terminal

struct ThemeTests {
    /// What is drawn and not read: lines and areas, of which WCAG 2.2 (1.4.11) asks less, and of plain borders nothing.
    static let notText: [Role: Double] = [.border: 2, .focus: 3, .chart: 3, .marker: 3, .band: 2]

    @Test(arguments: Theme.builtIn)
    func `Every theme that comes along can be read, on every ground that is used`(name: String) {
        let (theme, complaint) = Theme.find(name)
        #expect(complaint == nil)
        #expect(theme.name == name)
        for role in Role.allCases {
            for selected in [false, true] {
                guard let contrast = theme.style(role, selected: selected).contrast else {
                    #expect(name == "mono")
                    continue
                }
                let least = selected ? 4.5 : Self.notText[role] ?? (name == "high-contrast" ? 7 : 4.5)
                #expect(contrast >= least, "\(name): \(role.rawValue) selected \(selected): \(contrast)")
            }
        }
    }

    @Test(arguments: Theme.builtIn, ColourDepth.allCases)
    func `A theme is as well read in fewer colours, and its grounds stay apart`(name: String, depth: ColourDepth) {
        let theme = Theme.find(name).theme
        let palette = Palette(theme, depth: depth)
        let colours = Dictionary(uniqueKeysWithValues: depth.choices.map { ($0.number, $0.colour) })
        for role in Role.allCases {
            for selected in [false, true] {
                let look = palette[Palette.place(role, selected: selected)]
                let style = theme.style(role, selected: selected)
                if depth == .none || name == "mono" { #expect(look.ink == -1 && look.ground == -1) }
                if let ink = colours[look.ink], let ground = colours[look.ground], let contrast = style.contrast {
                    #expect(ink.contrast(with: ground) >= min(4.5, contrast), "\(role.rawValue) selected \(selected)")
                }
            }
        }
        let plain = palette[Palette.place(.text, selected: false)]
        for role in [Role.selection, .match, .badge, .badgeWarning, .badgeDanger] {
            let look = palette[Palette.place(role, selected: false)]
            #expect(depth == .none || name == "mono" ? look != plain : look.ground != plain.ground, "\(role.rawValue)")
        }
        #expect(palette[Palette.place(.text, selected: true)] != plain)
    }

    @Test func `Full depth keeps every colour`() {
        let theme = Theme.find("dark").theme
        let palette = Palette(theme, depth: .full)
        for role in Role.allCases {
            let look = palette[Palette.place(role, selected: false)]
            #expect(palette.colours[look.ink - Palette.firstOwn] == theme.style(role).ink)
            #expect(palette.colours[look.ground - Palette.firstOwn] == theme.style(role).ground)
        }
    }

    /// Machado, Oliveira and Fernandes (2009), "A Physiologically-based Model for Simulation of Color Vision
    /// Deficiency", table 1, severity 1: matrices for linear RGB.
    static let deficiencies: [(String, [Double])] = [
        ("protan", [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998]),
        ("deutan", [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.011820, 0.042940, 0.968881]),
        ("tritan", [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.303900]),
    ]

    @Test(arguments: deficiencies)
    func `The colour-blind theme tells good, warning and danger apart for whoever sees two colours`(
        name: String, matrix: [Double]
    ) {
        func seen(_ colour: Colour) -> Colour {
            let light = [colour.linear.red, colour.linear.green, colour.linear.blue]
            let channels = (0..<3).map { row -> UInt8 in
                let value = min(1, max(0, (0..<3).reduce(0) { $0 + matrix[row * 3 + $1] * light[$1] }))
                let encoded = value <= 0.0031308 ? 12.92 * value : 1.055 * pow(value, 1 / 2.4) - 0.055
                return UInt8((encoded * 255).rounded())
            }
            return Colour(red: channels[0], green: channels[1], blue: channels[2])
        }
        func least(_ theme: Theme) -> Double {
            let inks = [Role.good, .warning, .danger].compactMap { theme.style($0).ink }.map(seen)
            return min(
                inks[0].difference(from: inks[1]), inks[1].difference(from: inks[2]), inks[0].difference(from: inks[2]))
        }
        let safe = least(Theme.find("colour-blind").theme)
        #expect(safe > 0.1, "\(name): \(safe)")
    }

    @Test func `A selected word keeps its ink where it is read, and its own ground if it has one`() throws {
        let theme = try Theme(
            sample(["danger": "#ff8080", "muted": "#303030", "badge": "#000000 on #00ff00"]), file: "x.toml")
        let ground = theme.style(.selection).ground
        #expect(theme.style(.danger, selected: true).ink == Colour("#ff8080"))
        #expect(theme.style(.danger, selected: true).ground == ground)
        #expect(theme.style(.muted, selected: true).ink == theme.style(.selection).ink)
        #expect(theme.style(.badge, selected: true) == theme.style(.badge))
    }

    private func sample(_ changes: [String: String] = [:], dropping: Role? = nil) -> String {
        var lines = ["[colours]", "night = \"#101010\"", "", "[roles]"]
        for role in Role.allCases where role != dropping {
            let standard =
                role == .text ? "#ffffff on night" : role == .selection ? "#ffffff on #203050 bold" : "#eeeeee"
            lines.append("\(role.rawValue) = \"\(changes[role.rawValue] ?? standard)\"")
        }
        return lines.joined(separator: "\n")
    }

    @Test(arguments: [
        (["text": "#fffff on night"], 5, "'#fffff' is no colour"), (["muted": "#eeeeee on"], 6, "a colour is missing"),
        (["muted": "#eeeeee blinking"], 6, "'blinking' is no attribute"), (["heading": ""], 7, "a colour is missing"),
        (["muted": "day"], 6, "'day' is no colour"),
    ])
    func `What is wrong in a theme is said with its line`(changes: [String: String], line: Int, words: String) {
        let error = #expect(throws: ConfigError.self) { try Theme(sample(changes), file: "mine.toml") }
        #expect(error?.line == line)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }

    @Test func `Nothing may be missing in a theme, and nothing unknown in it`() {
        let missing = #expect(throws: ConfigError.self) { try Theme(sample(dropping: .danger), file: "mine.toml") }
        #expect(missing?.message.contains("'danger' is missing") == true)
        let misspelt = #expect(throws: ConfigError.self) {
            try Theme(sample() + "\ndangr = \"#ffffff\"", file: "mine.toml")
        }
        #expect(misspelt?.message.contains("'dangr' means nothing") == true)
        #expect(misspelt?.line == 5 + Role.allCases.count)
        let colour = #expect(throws: ConfigError.self) {
            try Theme(sample().replacing("#101010", with: "black"), file: "mine.toml")
        }
        #expect(colour?.line == 2)
        #expect(throws: ConfigError.self) { try Theme("[roles", file: "mine.toml") }
        #expect(throws: ConfigError.self) { try Theme("", file: "mine.toml") }
    }

    @Test func `A theme that cannot be had gives way to the default one, with a complaint`() throws {
        let folder = try #require(mkdtemp(strdup("/tmp/themes-XXXXXX")).map { String(cString: $0) })
        func write(_ text: String, _ name: String) throws {
            let file = try #require(fopen("\(folder)/\(name)", "w"))
            fputs(text, file)
            fclose(file)
        }
        try write(sample(["text": "#123456 on night"]), "mine.toml")
        try write("[roles]\ntext = 3", "broken.toml")
        try write("", "dark.toml")
        let mine = Theme.find("mine", in: ["/nonexistent", folder])
        #expect(mine.complaint == nil && mine.theme.style(.text).ink == Colour("#123456"))
        #expect(Theme.find("\(folder)/mine.toml").theme == mine.theme)
        let broken = Theme.find("broken", in: [folder])
        #expect(broken.complaint?.line == 2)
        #expect(broken.theme.name == "dark")
        #expect(Theme.find("unknown").complaint?.message.contains("known: dark, light") == true)
        #expect(Theme.find("light", in: [folder]).complaint == nil)
        // The user's own default is broken: the one that comes along stands in.
        let own = Theme.find("dark", in: [folder])
        #expect(own.complaint != nil && own.theme == Theme.find("dark").theme)
    }

    @Test func `Without any theme what matters still stands out`() {
        for depth in ColourDepth.allCases {
            let palette = Palette(.plain, depth: depth)
            let text = palette[Palette.place(.text, selected: false)]
            for role in [Role.selection, .danger, .badge, .heading] {
                #expect(palette[Palette.place(role, selected: false)] != text)
            }
        }
    }
}

struct ColourTests {
    @Test(arguments: [
        // CSS Color Module Level 4, sample conversions; B. Ottosson's reference implementation.
        ("#ffffff", 1.0, 0.0, 0.0), ("#ff0000", 0.62796, 0.22486, 0.12585), ("#00ff00", 0.86644, -0.23389, 0.17950),
        ("#0000ff", 0.45201, -0.03246, -0.31153), ("#000000", 0, 0, 0),
    ])
    func `Oklab is that of its author`(text: String, l: Double, a: Double, b: Double) throws {
        let lab = try #require(Colour(text)).oklab
        #expect(abs(lab.l - l) < 1e-4 && abs(lab.a - a) < 1e-4 && abs(lab.b - b) < 1e-4, "\(lab)")
    }

    @Test func `Contrast is that of WCAG`() throws {
        let white = try #require(Colour("#ffffff"))
        // WebAIM's contrast checker.
        let known = [("#000000", 21), ("#767676", 4.54), ("#777777", 4.47), ("#ff0000", 3.99), ("#ffffff", 1)]
        for (text, contrast) in known {
            #expect(abs(try #require(Colour(text)).contrast(with: white) - contrast) < 0.01, "\(text)")
        }
    }

    @Test func `A colour is six digits after a number sign`() {
        #expect(Colour("#0aF9c3")?.description == "#0af9c3")
        for text in ["", "#", "0af9c3", "#0af9c", "#0af9c31", "#0ag9c3", "#+af9c3", "red", "#ａｂｃｄｅｆ"] {
            #expect(Colour(text) == nil, "\(text)")
        }
    }

    @Test(arguments: [
        (["TERM": "xterm-256color"], 256, ColourDepth.indexed), (["TERM": "xterm"], 8, .eight),
        (["TERM": "vt100"], 0, .none),
        (["TERM": "xterm-16color"], 16, .sixteen), (["TERM": "xterm-256color", "COLORTERM": "truecolor"], 256, .full),
        (["TERM": "xterm", "COLORTERM": "24bit"], 8, .full),
        (["TERM": "xterm-256color", "COLORTERM": "yes"], 256, .indexed),
        (["TERM": "screen-256color", "COLORTERM": "truecolor"], 256, .indexed),
        (["TERM": "screen-256color", "COLORTERM": "truecolor", "TMUX": "/tmp/x,1,0"], 256, .full),
        (["TERM": "xterm-kitty"], 256, .full), (["TERM": "xterm-direct"], 256, .full),
        (["TERM": "alacritty"], 256, .full),
        (["TERM": "xterm-256color", "COLORTERM": "truecolor", "NO_COLOR": "1"], 256, .none),
        (["TERM": "xterm-256color", "NO_COLOR": ""], 256, .indexed), ([:], 0, .none),
    ])
    func `The depth is what the environment and the description promise`(
        environment: [String: String], terminfo: Int, depth: ColourDepth
    ) {
        #expect(ColourDepth(environment: environment, terminfo: terminfo) == depth)
    }
}

extension Colour {
    /// How different two colours look: the distance in Oklab, 0 to about 1.
    func difference(from other: Colour) -> Double {
        let (one, two) = (oklab, other.oklab)
        let (l, a, b) = (one.l - two.l, one.a - two.a, one.b - two.b)
        return (l * l + a * a + b * b).squareRoot()
    }
}
