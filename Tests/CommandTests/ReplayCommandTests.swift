import FoundationEssentials
import TestSupport
import Testing

/// `penstock replay`, as scripts call it.
@Suite struct ReplayCommandTests {
    private func shop() throws -> CommandShop {
        let shop = try CommandShop()
        try shop.stock(products: 4)
        let counts = (0..<4).map { "P\($0),main,\(20 + $0),on-hand,2011-08-31T18:00:00Z\n" }.joined()
        let ending = try shop.take("sku,place,quantity,state,counted_at\n" + counts, as: "august.csv")
        guard ending.code == 0 else { throw Unmet("august.csv: \(ending.error)") }
        return shop
    }

    private let september = ["--from", "2011-09-01", "--to", "2011-09-30"]

    @Test func `two policies are compared, for people and for programs`() throws {
        let shop = try shop()
        let lean = try shop.folder.write("[service]\ndefault = 0.7\n[reorder]\ncover_days = 7\n", to: "lean.toml")
        let arguments = ["replay", "--policy", lean, "--policy", "actual"] + september
        let text = try shop.start(arguments).wait()
        #expect(text.code == 0, "\(text.error)")
        for words in ["MARGIN LOST", "AGAINST actual", "WORST MISSES of", "P0", "ON THE WAY"] {
            #expect(text.output.contains(words), "\(words) in \(text.output)")
        }
        #expect(text.error.isEmpty, "no progress where nobody looks: \(text.error)")
        let one = try shop.start(arguments + ["--json", "--jobs", "1"]).wait()
        let more = try shop.start(arguments + ["--json", "--jobs", "3"]).wait()
        #expect(one.code == 0 && one.output == more.output)
        let report = try AnyJSON(one.output)
        #expect(report["policies"]?.list.count == 2 && report["differences"]?.list.count == 1)
        #expect(report["policies"]?[1]?["orderLines"]?.integer == 0, "nobody told of a purchase order")
        #expect(report["policies"]?[0]?["marginLost"]?["currency"]?.text == "GBP")
        #expect(report.keys.allSatisfy { $0.first?.isLowercase ?? false && !$0.contains("_") })
    }

    @Test func `what is asked wrongly ends with its code and says what to do`() throws {
        let shop = try shop()
        let asked: [([String], Int32, String)] = [
            (["--policy", "/nowhere.toml"] + september, 6, "no policy file"),
            (["--policy", "actual", "--from", "2011-09-30", "--to", "2011-09-01"], 2, "is after"),
            (["--policy", "actual", "--from", "2011-09-01", "--to", "2012-09-01"], 2, "--to 2011-10-0"),
            (["--policy", "actual", "--from", "2011-08-10", "--to", "2011-09-01"], 2, "--from 2011-09-01"),
            (["--policy", "actual", "--from", "September", "--to", "2011-09-01"], 2, "must be a day"),
            (september, 2, "--policy"),
            (["--policy", "actual", "--draws", "0"] + september, 2, "draws"),
            (["--policy", "actual", "--jobs", "0"] + september, 2, "--jobs"),
        ]
        for (arguments, code, words) in asked {
            let ending = try shop.start(["replay"] + arguments).wait()
            #expect(ending.code == code && ending.error.contains(words), "\(arguments): \(ending.error)")
            #expect(ending.output.isEmpty)
        }
        let other = try shop.run(
            "replay", "--policy", "actual", "--from", "2011-09-01", "--to", "2011-09-30", "--shop", "/nowhere")
        #expect(other.code == 6)
    }
}
