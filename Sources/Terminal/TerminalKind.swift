/// What is known of a terminal by its name, before anything is sent to it.
struct TerminalKind: Equatable {
    /// The value of TERM.
    let name: String
    /// Whether its output is held back between CSI ? 2026 h and l, or the two are ignored ("Synchronized Output",
    /// C. Parpart). The old hardware and the consoles are not asked: they know no private modes beyond their own.
    let isSynchronized: Bool
    /// The descriptions to try, best first.
    let descriptions: [String]

    /// - Throws: `unfitTerminal` where TERM says that there is no screen.
    init(environment: [String: String]) throws(TerminalError) {
        let name = environment["TERM"] ?? ""
        guard !["", "dumb", "unknown", "network"].contains(name) else {
            throw TerminalError(
                .unfitTerminal,
                "this terminal cannot show a full screen (TERM is \(name.isEmpty ? "not set" : name)): "
                    + "run it in one that can, or set TERM=xterm-256color if it can after all")
        }
        self.name = name
        let old = ["vt", "ansi", "linux", "cons", "sun", "wyse", "hp", "tvi", "adm"]
        isSynchronized =
            !old.contains { name.hasPrefix($0) }
            && !(name.hasPrefix("screen") && (environment["TMUX"] ?? "").isEmpty)
        // Many systems lack the descriptions of newer terminals, which all understand xterm's.
        // Those of 24 bits count colours in another way; what tells the 24 bits here goes by the 256.
        var descriptions = name.hasSuffix("-direct") ? [] : [name]
        if name.hasPrefix("tmux") { descriptions += ["screen-256color", "screen"] }
        if name.hasPrefix("screen") { descriptions += ["screen-256color", "screen"] }
        for fallback in ["xterm-256color", "xterm", "vt100", "ansi"] where !descriptions.contains(fallback) {
            descriptions.append(fallback)
        }
        self.descriptions = descriptions
    }
}
