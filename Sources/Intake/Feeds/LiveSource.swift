import Domain
import Formats
import Store

/// What a live source needs of its shop.
public struct FeedShop: Sendable {
    /// The shop's facts.
    public var facts: Facts
    /// The shop's folder: paths are relative to it.
    public var folder: String
    /// The importer as it should work now.
    public var importer: @Sendable () throws -> Importer
    /// The machine's clock: when something came.
    public var wall: @Sendable () -> Instant
    /// Whether the work should end at its next safe point.
    public var isStopping: @Sendable () -> Bool

    /// A shop.
    public init(
        facts: Facts, folder: String, importer: @escaping @Sendable () throws -> Importer,
        wall: @escaping @Sendable () -> Instant, isStopping: @escaping @Sendable () -> Bool = { false }
    ) {
        self.facts = facts
        self.folder = folder
        self.importer = importer
        self.wall = wall
        self.isStopping = isStopping
    }

    /// A path of the configuration as one that can be opened.
    func absolute(_ path: String) -> String { path.hasPrefix("/") ? path : "\(folder)/\(path)" }
}

/// One live source at work. Not to be shared by threads.
public protocol LiveSource: AnyObject {
    /// What is known of it.
    var feed: Feed { get set }
    /// Descriptors that can be read as soon as there may be something new.
    var descriptors: [Int32] { get }
    /// Takes in what is there.
    ///
    /// - Returns: after how long to look again although no descriptor tells of anything.
    /// - Throws: why it cannot be looked at; to be tried again later.
    func pass() throws -> Duration
}

extension FeedSettings {
    /// The source at work.
    ///
    /// - Parameters:
    ///   - shop: whose it is.
    ///   - layout: how it is read; nil where its first bytes tell.
    ///   - feed: what is known of it from earlier.
    public func source(in shop: FeedShop, layout: Layout?, feed: Feed) throws -> any LiveSource {
        switch origin {
        case .folder(let path): return try WatchedFolder(path, self, layout, shop, feed)
        case .command(let program, let arguments, let limit):
            return PolledCommand(program, arguments, limit, self, layout, shop, feed)
        case .file(let path):
            guard let layout else { throw FeedError("\(name) does not say how it is read") }
            return FollowedFile(path, self, layout, shop, feed)
        case .standardInput:
            guard let layout else { throw FeedError("\(name) does not say how it is read") }
            return StandardInput(self, layout, shop, feed)
        }
    }
}

/// Why a live source cannot be looked at, and what to do about it.
public struct FeedError: Error, Sendable, CustomStringConvertible {
    /// What is wrong.
    public var description: String

    /// A reason.
    public init(_ description: String) { self.description = description }
}

extension Layout {
    /// The layout for text that begins with these bytes: rows that come both ways are read as what they are.
    func reading(_ head: some Sequence<UInt8>) -> Layout {
        guard case .known(let known) = self, known.comesAsJSON,
            let first = head.first(where: { !($0 == 0x20 || ($0 >= 0x09 && $0 <= 0x0D)) }),
            first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        else { return self }
        return .json(.plain(known))
    }

    /// What separates the fields of its rows; nil where rows are JSON.
    var delimiter: UInt8? {
        switch self {
        case .mapped(let mapping): mapping.delimiter
        case .known, .googleAdsTable: UInt8(ascii: ",")
        case .json, .x12: nil
        }
    }

    /// Whether the rows of one record stand together, so that a row that comes later may belong to the last record.
    var spansRows: Bool {
        switch self {
        case .known(.tillLines), .known(.shopifyOrders), .known(.shopifyProducts), .json(.plain(.tillLines)): true
        default: false
        }
    }

    /// How bytes become text.
    var encoding: TextEncoding {
        if case .mapped(let mapping) = self { mapping.encoding } else { .utf8 }
    }
}
