import Domain

/// What carriers saw of parcels: `tracking,status,scanned_at,carrier,location,order`.
///
/// `status` is `created`, `picked-up`, `in-transit`, `out-for-delivery`, `delivered`, `failed` or `returned`;
/// `scanned_at` is ISO 8601, by the wall clock of the zone where it has no offset. The rest may be blank.
public enum ScansFormat: PlainFormat {
    /// The columns.
    public enum Field: String, CaseIterable, Sendable {
        case tracking, status
        case scannedAt = "scanned_at"
        case carrier, location, order
    }

    /// The columns without which a file is none of these.
    public static let needed: [Field] = [.tracking, .status, .scannedAt]

    /// The scan of a row.
    ///
    /// - Throws: what is wrong with a field.
    public static func read(_ row: PlainRow<Field>) throws(FormatError) -> CarrierScan {
        guard let status: CarrierScan.State = try row.word(.status) else {
            throw row.error(.missingValue, "is blank; write what was seen, such as in-transit or delivered", .status)
        }
        return CarrierScan(
            tracking: try row.identifier(.tracking), status: status, at: try row.requiredMoment(.scannedAt),
            carrier: try row.optionalIdentifier(.carrier), location: try row.words(.location),
            order: try row.optionalIdentifier(.order))
    }

    /// The fields of a scan.
    public static func written(_ scan: CarrierScan) -> [Field: PlainValue] {
        filled([
            .tracking: .text(scan.tracking), .status: .text(scan.status.rawValue), .scannedAt: .of(scan.at),
            .carrier: .of(scan.carrier), .location: .of(scan.location), .order: .of(scan.order),
        ])
    }
}
