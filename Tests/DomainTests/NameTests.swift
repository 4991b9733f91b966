import Domain
import Testing

@Suite struct NameTests {
    @Test(arguments: [("  85123A ", "85123A"), ("\t Dépôt nord\n", "Dépôt nord"), ("棚 7", "棚 7"), ("a", "a")])
    func `a name is trimmed and kept as it is spelled`(text: String, name: String) {
        #expect(SKU(text)?.text == name)
    }

    @Test(arguments: [
        "", "   ", "a\u{0}b", "a\u{1B}[31mb", "a\nb", "a\u{7F}", "a\u{9B}31m", "a\u{85}b", "a\u{202E}b", "a\u{2066}b",
        "a\u{200F}b", "\u{FEFF}a", "a\u{61C}b", "a\u{2028}b", String(repeating: "é", count: 101),
    ])
    func `a text that would steer a terminal, or is no name, is refused`(text: String) { #expect(SKU(text) == nil) }

    @Test func `a name may have 200 bytes`() {
        #expect(SKU(String(repeating: "é", count: 100)) != nil)
        #expect(SKU(String(repeating: "a", count: 201)) == nil)
    }

    @Test func `every control character and every change of direction is shown and not obeyed`() {
        let controls =
            Array(0..<0x20) + Array(0x7F..<0xA0) + [0x61C, 0x200E, 0x200F, 0x2028, 0x2029, 0xFEFF]
            + Array(0x202A...0x202E) + Array(0x2066...0x2069)
        for value in controls {
            let scalar = Unicode.Scalar(UInt32(value)) ?? "?"
            #expect("a\(scalar)b".printable == "a\u{FFFD}b", "U+\(String(value, radix: 16))")
        }
        for text in ["plain", "Größe 42", "日本語", "عربى", "🙂", "a\u{A0}b"] { #expect(text.printable == text) }
    }
}
