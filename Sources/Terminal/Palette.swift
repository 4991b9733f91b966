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
        var colours: [Colour] = []
        let choices = depth.choices
        func nearest(_ colour: Colour?, on ground: Colour?, least: Double) -> (number: Int, colour: Colour)? {
            guard let colour else { return nil }
            if depth == .full {
                let place = colours.firstIndex(of: colour) ?? colours.count
                if place == colours.count { colours.append(colour) }
                return (Self.firstOwn + place, colour)
            }
            let read = choices.filter { choice in ground.map { choice.colour.contrast(with: $0) >= least } ?? true }
            return (read.isEmpty ? choices : read).min {
                $0.colour.difference(from: colour) < $1.colour.difference(from: colour)
            }
        }
        let base = theme.style(.text)
        looks = (0..<Self.count).map { number in
            let style = theme.style(Role.allCases[number / 2], selected: number % 2 == 1)
            var attributes = style.attributes
            if depth == .none {
                // A ground of its own is told by the swap of ink and ground.
                if style.ground != base.ground { attributes.insert(.reverse) }
                return Look(ink: -1, ground: -1, attributes: attributes)
            }
            let ground = nearest(style.ground, on: nil, least: 0)
            let ink = nearest(style.ink, on: ground?.colour, least: min(Theme.legible, style.contrast ?? 0))
            return Look(ink: ink?.number ?? -1, ground: ground?.number ?? -1, attributes: attributes)
        }
        self.colours = colours
    }

    /// The place of a cell's look, 0 to `count` - 1.
    static func place(_ cell: Cell) -> Int { place(cell.role, selected: cell.attributes.contains(.selected)) }

    static func place(_ role: Role, selected: Bool) -> Int { role.index * 2 + (selected ? 1 : 0) }

    subscript(place: Int) -> Look { looks[place] }
}
