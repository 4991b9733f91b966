import Domain

/// A message to be sent: what stands between ST and SE.
public struct X12Message: Hashable, Sendable {
    /// The number of its kind: 846, 850 or 856.
    public let kind: String
    /// Its segments, each a name and its elements.
    public private(set) var segments: [[String]] = []

    init(kind: String) { self.kind = kind }

    /// Appends a segment; blank elements at its end are left out.
    mutating func add(_ elements: String...) {
        var elements = elements
        while elements.count > 1, elements.last?.isEmpty == true { elements.removeLast() }
        segments.append(elements)
    }

    /// Appends an N1 by the partner's code of a name where it has one, else by the name.
    mutating func add<Of>(party qualifier: String, _ name: Name<Of>, _ known: [String: Name<Of>]) {
        if let code = known.filter({ $0.value == name }).keys.min() {
            add("N1", qualifier, "", "92", code)
        } else {
            add("N1", qualifier, name.text)
        }
    }

    /// Why a product cannot be written.
    static func unknown(_ product: ProductReference) -> FormatError {
        FormatError(
            .unknownKind,
            "'\(product.description.printable)' is a code for which this partner has no qualifier; name the product "
                + "by its SKU or bar code", file: "")
    }

    /// The code of its functional group (`GS01`).
    var group: String {
        switch kind {
        case "846": "IB"
        case "850": "PO"
        default: "SH"
        }
    }
}

/// Writes X12 interchanges of release 4010 that read back the same.
public struct X12Writer: Sendable {
    /// A partner's address on the network.
    public struct Address: Hashable, Sendable {
        /// What kind of number it is (`ISA05`): ZZ for one agreed on, 01 for a DUNS number, 12 for a telephone number.
        public var qualifier: String
        /// The number, at most 15 characters (`ISA06`).
        public var id: String

        /// An address.
        public init(qualifier: String = "ZZ", id: String) {
            self.qualifier = qualifier
            self.id = id
        }
    }

    private let sender, receiver: Address
    private let delimiters: X12Delimiters
    private let isTest: Bool

    /// A writer for messages from one partner to another.
    ///
    /// - Parameter isTest: marks interchanges as tests (`ISA15`).
    public init(
        from sender: Address, to receiver: Address, delimiters: X12Delimiters = .standard, isTest: Bool = false
    ) {
        self.sender = sender
        self.receiver = receiver
        self.delimiters = delimiters
        self.isTest = isTest
    }

    /// An interchange of some messages: a functional group for each run of one kind, a line for each segment.
    ///
    /// - Parameters:
    ///   - control: number of the interchange, 1…999,999,999 (`ISA13`).
    ///   - group: number of its first functional group, which the others follow, 1…999,999,999 (`GS06`).
    ///   - moment: when it is made; written in UTC.
    /// - Throws: `.rule` where a value holds a delimiter or a control character (X12 has no way to write it: choose
    ///   other delimiters), `.outOfRange` where a control number or an address does not fit.
    public func interchange(
        _ messages: [X12Message], control: Int, group: Int, at moment: Instant
    ) throws(FormatError) -> [UInt8] {
        let numbers = 1...999_999_999
        guard numbers.contains(control), numbers.contains(group), numbers.contains(group &+ messages.count) else {
            throw FormatError(.outOfRange, "a control number is 1 to 999999999; begin anew at 1", file: "")
        }
        guard messages.count <= 9999 else {
            throw FormatError(.outOfRange, "an interchange takes 9999 messages; write several", file: "")
        }
        var out: [UInt8] = []
        try header(control, moment, &out)
        var groups = 0
        var rest = messages[...]
        while let first = rest.first {
            let run = rest.prefix { $0.group == first.group }
            rest = rest.dropFirst(run.count)
            let number = String(group + groups)
            groups += 1
            let made = X12Time.text(moment)
            try append(
                ["GS", first.group, sender.id, receiver.id, made.day, made.clock, number, "X", "004010"], &out)
            var sets = 0
            for message in run {
                sets += 1
                try append(message, number: padded(sets, 4), &out)
            }
            try append(["GE", String(sets), number], &out)
        }
        try append(["IEA", String(groups), padded(control, 9)], &out)
        return out
    }

    private func append(_ message: X12Message, number: String, _ out: inout [UInt8]) throws(FormatError) {
        try append(["ST", message.kind, number], &out)
        for segment in message.segments { try append(segment, &out) }
        try append(["SE", String(message.segments.count + 2), number], &out)
    }

    private func header(_ control: Int, _ moment: Instant, _ out: inout [UInt8]) throws(FormatError) {
        for address in [sender, receiver] {
            guard (1...15).contains(address.id.utf8.count), address.qualifier.utf8.count == 2,
                address.id.trimmed == address.id[...]
            else {
                throw FormatError(
                    .outOfRange,
                    "'\(address.qualifier.prefix(20).printable)', '\(address.id.prefix(60).printable)' is no address: "
                        + "a qualifier has 2 characters, a number 1 to 15", file: "")
            }
        }
        func filled(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(0, width - text.utf8.count))
        }
        let made = X12Time.text(moment, withFraction: false)
        try append(
            [
                "ISA", "00", filled("", 10), "00", filled("", 10), sender.qualifier, filled(sender.id, 15),
                receiver.qualifier, filled(receiver.id, 15), String(made.day.suffix(6)), made.clock, "U", "00401",
                padded(control, 9), "0", isTest ? "T" : "P",
            ], &out, isHeader: true)
    }

    private func append(
        _ elements: [String], _ out: inout [UInt8], isHeader: Bool = false
    ) throws(FormatError) {
        for (index, element) in elements.enumerated() {
            guard !delimiters.isIn(element), !element.hasControls else {
                throw FormatError(
                    .rule,
                    "'\(element.prefix(60).printable)' holds a delimiter of the interchange, and X12 has no way to "
                        + "write that; choose delimiters that do not occur",
                    file: "", field: "\(elements[0])\(padded(index, 2))")
            }
            if index > 0 { out.append(delimiters.element) }
            out += element.utf8
        }
        if isHeader { out += [delimiters.element, delimiters.component] }
        out.append(delimiters.segment)
        if delimiters.segment != 0x0A { out.append(0x0A) }
    }

    private func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

extension X12Segment {
    /// Refuses a message whose CTT counts other lines than are here.
    func checkTotal(_ counts: Int..., of things: String) throws(FormatError) {
        guard let said = text(1), let first = counts.first else { return }
        guard let number = Int(said), counts.contains(number) else {
            throw error(
                .notX12,
                "CTT01 says '\(said.prefix(20).printable)' \(things) and \(first) are here; ask for the message again",
                1)
        }
    }
}
