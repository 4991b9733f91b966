import Formats

/// How a file is read.
public enum Layout: Sendable {
    /// By its columns: a layout of delimited text that Penstock knows.
    case known(KnownLayout)
    /// By a mapping that the shop wrote.
    case mapped(Mapping)
    /// JSON records, told apart by their members; those of a plain layout where one is named.
    case json(JSONLayout)
    /// X12 interchanges.
    case x12
    /// Google Ads as delimited text, its columns named as in the query language.
    case googleAdsTable

    /// The name that batches and quarantine keep.
    public var name: String {
        switch self {
        case .known(let known): known.rawValue
        case .mapped(let mapping): "mapping:\(mapping.name)"
        case .json(let layout): layout.name
        case .x12: "x12"
        case .googleAdsTable: "google-ads-csv"
        }
    }

    /// The layout of a name; nil for a mapping's, which only its shop knows.
    public init?(name: String) {
        if let known = KnownLayout(rawValue: name) {
            self = .known(known)
        } else if let json = JSONLayout.names[name] {
            self = .json(json)
        } else if name == "x12" {
            self = .x12
        } else if name == "google-ads-csv" {
            self = .googleAdsTable
        } else {
            return nil
        }
    }

    /// The layout of a name for one file: that of the name, or where the file holds JSON and the name is of rows that
    /// come both ways, that of their JSON.
    ///
    /// - Throws: what reading the file's first bytes throws.
    public init?(name: String, of file: String, encoding: TextEncoding? = nil) throws {
        self.init(name: name)
        if case .known(let known) = self, known.comesAsJSON, file != "-",
            case .json? = try Layout(of: ByteSource(path: file, encoding: encoding ?? .utf8))
        {
            self = .json(.plain(known))
        }
    }

    /// Every name but those of mappings.
    public static var names: [String] {
        KnownLayout.allCases.map(\.rawValue) + ["google-ads-csv", "x12"]
            + JSONLayout.names.keys.filter { !$0.hasPrefix("json:") }.sorted()
    }

    /// The layout that a file shows by its first bytes; nil where only somebody who knows can tell.
    ///
    /// - Throws: what reading the file throws.
    public init?(of source: ByteSource) throws {
        let head = try source.peek()
        let start = head.drop { $0 == 0x20 || ($0 >= 0x09 && $0 <= 0x0D) }
        if start.first == UInt8(ascii: "{") || start.first == UInt8(ascii: "[") {
            self = .json(.mixed)
        } else if start.starts(with: "ISA".utf8) {
            self = .x12
        } else if ShopifyMessageReader.isDump(Array(start)) {
            self = .json(.shopify)
        } else {
            let header = try CSVReader(source).header
            if let known = KnownLayout(header: header) {
                self = .known(known)
            } else if header.contains(where: { $0.lowercased() == "metrics.cost_micros" }) {
                self = .googleAdsTable
            } else {
                return nil
            }
        }
    }

    /// The system of record that a file of the layout speaks for, unless somebody says otherwise.
    var system: String {
        switch self {
        // What people set is theirs, whether they typed it or wrote a file.
        case .known(.overrides): "operator"
        case .known(let known): known.rawValue.hasPrefix("shopify") ? "shopify" : "files"
        case .mapped(let mapping): mapping.system
        case .json(let layout): layout.system ?? "files"
        case .googleAdsTable: "google-ads"
        case .x12: "x12"
        }
    }
}
