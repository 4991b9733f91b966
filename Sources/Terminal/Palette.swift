/// A theme in the colours of one terminal.
///
/// An ink is the nearest colour that is read on its ground as well as the theme's own is, or at the contrast of legible
/// text where that is less: a colour that comes near but cannot be read is not near.
struct Palette: Equatable {
    /// A style as the terminal takes it.
    struct Look: Equatable {
        /// Number of the colour; -1 is the terminal's own.
        var ink: Int
        /// Number of the colour; -1 is the terminal's own.
        var ground: Int
        var attributes: Cell.Attributes
    }

    /// By role and whether it is selected.
    private let looks: [Look]
    /// In 24 bits: what the numbers from `firstOwn` on stand for.
    let colours: [Colour]

    /// In 24 bits the colours take numbers of their own, past those that the terminal's user has set.
    static let firstOwn = 16
    /// How many looks there are.
    static var count: Int { Role.allCases.count * 2 }

    init(_ theme: Theme, depth: ColourDepth) {
        var mixer = Mixer(depth)
        let base = theme.style(.text)
        let baseGround = mixer.ground(base.ground, apartFrom: nil)
        looks = (0..<Self.count).map { number in
            let style = theme.style(Role.allCases[number / 2], selected: number % 2 == 1)
            guard depth != .none else {
                // A ground of its own is told by the swap of ink and ground.
                let swap: Cell.Attributes = style.ground == base.ground ? [] : .reverse
                return Look(ink: -1, ground: -1, attributes: style.attributes.union(swap))
            }
            let ground =
                style.ground == base.ground ? baseGround : mixer.ground(style.ground, apartFrom: baseGround)
            let ink = mixer.ink(style.ink, on: ground, least: min(Theme.legible, style.contrast ?? 0))
            return Look(ink: ink?.number ?? -1, ground: ground?.number ?? -1, attributes: style.attributes)
        }
        colours = mixer.own
    }

    /// The place of a cell's look, 0 to `count` - 1.
    static func place(_ cell: Cell) -> Int { place(cell.role, selected: cell.attributes.contains(.selected)) }

    static func place(_ role: Role, selected: Bool) -> Int { role.index * 2 + (selected ? 1 : 0) }

    subscript(place: Int) -> Look { looks[place] }
}

/// Finds colours of a terminal that come near those of a theme.
private struct Mixer {
    /// A colour of the terminal, with what is asked of it again and again.
    struct Shade {
        var number: Int
        var colour: Colour
        var lab: (l: Double, a: Double, b: Double)
        var luminance: Double

        init(_ number: Int, _ colour: Colour) {
            self.number = number
            self.colour = colour
            lab = colour.oklab
            luminance = colour.luminance
        }
    }

    /// In 24 bits: the colours found so far.
    private(set) var own: [Colour] = []
    private let isFull: Bool
    private let shades: [Shade]

    init(_ depth: ColourDepth) {
        isFull = depth == .full
        shades = depth.choices.map { Shade($0.number, $0.colour) }
    }

    /// The nearest ground; one that differs from that of text in the theme stays apart from it.
    mutating func ground(_ colour: Colour?, apartFrom other: Shade?) -> Shade? {
        nearest(colour) { $0.number != other?.number }
    }

    /// The nearest ink that has at least such a contrast on a ground.
    mutating func ink(_ colour: Colour?, on ground: Shade?, least: Double) -> Shade? {
        nearest(colour) { shade in
            guard let ground else { return true }
            let (one, two) = (shade.luminance, ground.luminance)
            return (max(one, two) + 0.05) / (min(one, two) + 0.05) >= least
        }
    }

    private mutating func nearest(_ colour: Colour?, where isFit: (Shade) -> Bool) -> Shade? {
        guard let colour else { return nil }
        if isFull {
            let place = own.firstIndex(of: colour) ?? own.count
            if place == own.count { own.append(colour) }
            return Shade(Palette.firstOwn + place, colour)
        }
        let lab = colour.oklab
        func distance(_ shade: Shade) -> Double {
            let (l, a, b) = (shade.lab.l - lab.l, shade.lab.a - lab.a, shade.lab.b - lab.b)
            return l * l + a * a + b * b
        }
        return shades.lazy.filter(isFit).min { distance($0) < distance($1) }
    }
}
