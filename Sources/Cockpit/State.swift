import Domain
import Engine
import Terminal

/// Everything the cockpit knows and is about to do; a value, changed by `update` alone.
struct State: Sendable {
    /// What may be done from here.
    struct Rights: Sendable, Equatable {
        /// Nothing may be changed.
        var isReadOnly = false
        /// Days can be played.
        var isDemo = false
    }

    var rights = Rights()
    /// What was read last; nil until the first reading is done.
    var snapshot: ShopSnapshot?
    /// Content of every table, made from the snapshot.
    var listings: [TableID: Listing] = [:]
    var tables: [TableID: TableState] = [:]
    /// Where one is, and how one came there; never empty.
    var path: [Place] = [.shift]
    var riskTab = RiskTab.outNow
    var dataTab = DataTab.orders
    /// What lies over the screen and takes the keys; the last is on top.
    var overlays: [Overlay] = []
    /// The last word of the engine or of an update, until the next key.
    var note: Notice?
    /// What is being done in the background, in words.
    var busy: String?
    /// The row of each table on which the selection last came to rest: panels beside a table follow it only then, so that
    /// moving on costs little on a slow line.
    var rested: [TableID: String] = [:]
    /// What is known of products that were opened.
    var products: [RiskRow.ID: ProductPage] = [:]
    /// Journal entry up to which the operator has looked, from an earlier session.
    var seen: Int64 = 0
    /// Machine time, for what passes while shop time stands still.
    var machineTime = Instant(milliseconds: 0)
    /// Whether the demo plays on by itself.
    var isPlaying = false
    /// Where parts of the last frame lie, for scrolling and for the mouse.
    var layout = Layout()
    var glyphs = Glyphs.unicode
    var hasMouse = false
    var theme = "dark"
    var isLeaving = false

    /// Where one is.
    var place: Place { path.last ?? .shift }
    /// The table that keys move in; nil on a page without one.
    var focus: TableID? {
        switch place {
        case .shift: .decisions
        case .orders: .orders
        case .order(let id): .lines(id)
        case .risk: .risk(riskTab)
        case .product(let id): .facts(id)
        case .data: .data(dataTab)
        case .journal: .journal
        }
    }

    /// The focused table.
    var table: TableState {
        get { focus.flatMap { tables[$0] } ?? TableState() }
        set { if let focus { tables[focus] = newValue } }
    }

    /// What the focused table shows.
    var listing: Listing { focus.flatMap { listings[$0] } ?? .empty }

    /// The row that panels beside the focused table are about.
    var detail: String? {
        guard let focus, let rested = rested[focus], table.order.contains(rested) else { return table.selected }
        return rested
    }

    /// Whether the selection has moved on from what the panels show.
    var isMoving: Bool { detail != table.selected }

    /// The order that keys act on: the one opened, or the one selected.
    var order: OrderRow? {
        let id: Int64? =
            switch place {
            case .order(let id): id
            case .shift, .orders: table.selected.flatMap(Int64.init)
            default: nil
            }
        return id.flatMap(order)
    }

    func order(_ id: Int64) -> OrderRow? { snapshot?.orders.first { $0.id == id } }

    /// The product and place that keys act on.
    var risk: RiskRow? {
        switch place {
        case .risk: table.selected.flatMap { id in snapshot?.risk.first { $0.id.key == id } }
        case .product(let id): snapshot?.risk.first { $0.id == id }
        default: nil
        }
    }

    /// The product that the panel beside the risk table shows.
    var shownRisk: RiskRow? { detail.flatMap { id in snapshot?.risk.first { $0.id.key == id } } }

    /// The row of quarantine that keys act on.
    var quarantined: QuarantinedRow? {
        guard place == .data, dataTab == .quarantine, let id = table.selected.flatMap(Int64.init) else { return nil }
        return snapshot?.quarantine.first { $0.id == id }
    }
}

/// A screen, or a page of one thing.
enum Place: Hashable, Sendable {
    case shift, orders, risk, data, journal
    case order(Int64)
    case product(RiskRow.ID)

    /// The screens, in the order of their keys 1 to 5.
    static let screens: [(place: Place, name: String)] = [
        (.shift, "Shift"), (.orders, "Orders"), (.risk, "Risk"), (.data, "Inbound and data"), (.journal, "Journal"),
    ]

    /// Its name in the breadcrumbs.
    var name: String {
        switch self {
        case .order(let id): "order \(id)"
        case .product(let id): id.sku.text
        default: Place.screens.first { $0.place == self }?.name ?? ""
        }
    }
}

/// A table, by what it shows.
enum TableID: Hashable, Sendable {
    case decisions, orders, journal
    case lines(Int64)
    case risk(RiskTab)
    case data(DataTab)
    case facts(RiskRow.ID)
}

/// What the risk screen can show.
enum RiskTab: String, CaseIterable, Sendable {
    case outNow = "out now"
    case willBe = "will be out"
    case excess
    case missing = "cannot be planned"
}

/// What the screen of inbound and data can show.
enum DataTab: String, CaseIterable, Sendable {
    case orders
    case feeds
    case quarantine
}

extension RiskRow.ID {
    /// As tables name it.
    var key: String { "\(sku.text)\u{1F}\(place.text)" }
}

/// A word to the operator.
struct Notice: Sendable, Equatable {
    var text: String
    var role: Role

    static func good(_ text: String) -> Notice { Notice(text: text, role: .good) }
    static func bad(_ text: String) -> Notice { Notice(text: text, role: .danger) }
    static func plain(_ text: String) -> Notice { Notice(text: text, role: .accent) }
}

/// Where parts of the last frame lie.
struct Layout: Sendable, Equatable {
    /// Something that can be clicked.
    enum Target: Hashable, Sendable {
        case row(TableID, String)
        case column(TableID, Int)
        case place(Place)
        case command(CommandID)
        case button(Int)
    }

    /// Parts, the topmost last.
    var targets: [(rect: Rect, target: Target)] = []
    /// Rows seen of each table.
    var heights: [TableID: Int] = [:]

    func target(at point: Point) -> Target? { targets.last { $0.rect.contains(point) }?.target }

    static func == (left: Layout, right: Layout) -> Bool { left.heights == right.heights }
}
