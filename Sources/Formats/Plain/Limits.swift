/// What our own files may hold; anything beyond is a slip of the hand or of a program.
enum Limits {
    /// Units: 10¹².
    static let quantity: Int64 = 1_000_000_000_000
    /// Days from order to shelf: two years.
    static let leadTimeDays = 730.0
    /// Bytes of a text that people wrote, in UTF-8.
    static let text = 4_000
}
