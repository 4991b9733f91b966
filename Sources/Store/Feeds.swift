import Domain
import GRDB

/// What is known of a live source: whether it flows, how far it has come, what share of it is refused.
public struct Feed: Sendable, Equatable {
    /// How it stands.
    public enum State: String, Sendable {
        /// Its runner has not looked at it yet.
        case starting
        /// It is looked at, and nothing is wrong.
        case flowing
        /// It is looked at, and has brought nothing for longer than was promised.
        case silent
        /// It cannot be looked at; `said` tells why.
        case failing
    }

    /// Where the next line of a followed file begins.
    public struct Place: Sendable, Equatable {
        /// The file, by the system's own name for it.
        public var device: Int64, inode: Int64
        /// Bytes of it that are taken in.
        public var position: Int64
        /// Lines of it that are taken in.
        public var line: Int
        /// A number made of the bytes before `position`: another file of the same name has another.
        public var mark: Int64

        /// A place.
        public init(device: Int64, inode: Int64, position: Int64 = 0, line: Int = 0, mark: Int64 = 0) {
            self.device = device
            self.inode = inode
            self.position = position
            self.line = line
            self.mark = mark
        }
    }

    /// Its name in `penstock.toml`.
    public var name: String
    /// How it stands.
    public var state = State.starting
    /// What went wrong last, safe to print; empty where nothing has.
    public var said = ""
    /// When it was first looked at, wall time.
    public var beganAt: Instant
    /// When something came last, wall time; nil before the first.
    public var lastAt: Instant?
    /// The newest event time that was taken in.
    public var watermark: Instant?
    /// How far a followed file is taken in; nil for other sources.
    public var place: Place?
    /// The batch that its rows join; nil for sources whose files are batches of their own.
    public var batch: Int64?
    /// Rows that came in all, how many of them were refused, and how many came after they were expected.
    public var read = 0, refused = 0, late = 0
    /// Rows of the last while.
    public var window: Window

    /// Nothing is known but the name.
    public init(name: String, at now: Instant) {
        self.name = name
        beganAt = now
        window = Window(since: now)
    }

    /// Rows of the last half hour, and of the half hour before it: what a share is taken of.
    public struct Window: Sendable, Equatable {
        /// How long each half is, unless it is full before.
        public static let seconds: Int64 = 1800
        /// Rows after which a half is full.
        public static let rows = 500

        /// When the younger half began.
        public var since: Instant
        /// Rows of the younger half.
        public var read = 0, refused = 0
        /// Rows of the older half.
        public var readBefore = 0, refusedBefore = 0

        init(since: Instant) { self.since = since }

        /// The window as it stands at a moment: what is too old has left it.
        public func at(_ now: Instant) -> Window {
            let age = now.milliseconds - since.milliseconds
            if age < Window.seconds * 1000, read < Window.rows { return self }
            var window = Window(since: now)
            if age < 2 * Window.seconds * 1000 { (window.readBefore, window.refusedBefore) = (read, refused) }
            return window
        }

        /// Rows, and the share of them that was refused.
        public var share: (rows: Int, refused: Double) {
            let rows = read + readBefore
            return (rows, rows == 0 ? 0 : Double(refused + refusedBefore) / Double(rows))
        }
    }

    /// Counts rows that came.
    public mutating func add(_ count: BatchCount, late: Int = 0, watermark: Instant?, at now: Instant) {
        guard count.read > 0 else { return }
        lastAt = now
        read += count.read
        refused += count.refused
        self.late += late
        window = window.at(now)
        window.read += count.read
        window.refused += count.refused
        self.watermark = [self.watermark, watermark].compactMap { $0 }.max()
    }
}

extension Facts {
    /// What is known of each live source that was ever looked at, by name.
    public func liveSources() throws -> [Feed] {
        try database.read { try Row.fetchAll($0, sql: "SELECT * FROM feed ORDER BY name").map(Feed.init(row:)) }
    }

    /// What is known of one live source; nil where it was never looked at.
    public func liveSource(_ name: String) throws -> Feed? {
        try database.read {
            try Row.fetchOne($0, sql: "SELECT * FROM feed WHERE name = ?", arguments: [name]).map(Feed.init(row:))
        }
    }

    /// Keeps what is known of a live source. It is no fact: plans do not change with it.
    public func keep(_ feed: Feed, now: Instant) throws {
        try database.write { database in
            try database.cachedStatement(
                sql:
                    "INSERT OR REPLACE INTO feed VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            ).execute(arguments: [
                feed.name, feed.state.rawValue, feed.said.printable, feed.beganAt.milliseconds,
                feed.lastAt?.milliseconds,
                feed.watermark?.milliseconds, feed.place?.device, feed.place?.inode, feed.place?.position ?? 0,
                feed.place?.line ?? 0, feed.place?.mark ?? 0, feed.batch, feed.read, feed.refused, feed.late,
                feed.window.since.milliseconds, feed.window.read, feed.window.refused, feed.window.readBefore,
                feed.window.refusedBefore, now.milliseconds,
            ])
        }
    }

    /// Notes that a source has fallen silent, or is so no longer; one that fails is neither.
    public func note(silence isSilent: Bool, of name: String) throws {
        let (from, to) = isSilent ? (Feed.State.flowing, Feed.State.silent) : (.silent, .flowing)
        guard try liveSource(name)?.state == from else { return }
        try database.write {
            try $0.execute(
                sql: "UPDATE feed SET state = ? WHERE name = ? AND state = ?",
                arguments: [to.rawValue, name, from.rawValue])
        }
    }
}

extension Feed {
    fileprivate init(row: Row) {
        self.init(name: row["name"], at: Instant(milliseconds: row["began_at"]))
        state = State(rawValue: row["state"]) ?? .starting
        said = row["said"]
        lastAt = (row["last_at"] as Int64?).map(Instant.init(milliseconds:))
        watermark = (row["watermark"] as Int64?).map(Instant.init(milliseconds:))
        if let device = row["device"] as Int64?, let inode = row["inode"] as Int64? {
            place = Place(
                device: device, inode: inode, position: row["position"], line: row["line"], mark: row["mark"])
        }
        batch = row["batch"]
        read = row["read"]
        refused = row["refused"]
        late = row["late"]
        window.since = Instant(milliseconds: row["recent_at"])
        window.read = row["recent_read"]
        window.refused = row["recent_refused"]
        window.readBefore = row["before_read"]
        window.refusedBefore = row["before_refused"]
    }
}
