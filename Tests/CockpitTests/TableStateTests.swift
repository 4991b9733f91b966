import Testing

@testable import Cockpit

@Suite struct TableStateTests {
    private struct Row: Sendable {
        var id: String
        var value: Double?
    }

    private func listing(_ values: [(id: String, value: Double?)]) -> Listing {
        Listing(
            values.map { Row(id: $0.id, value: $0.value) }, id: { $0.id }, words: { $0.id },
            columns: [.by("Value", 6, key: { .number($0.value) }, { CellText("\($0.value ?? 0)") })])
    }

    @Test func `the selected row stays the selected one wherever it goes`() {
        var table = TableState()
        table.refresh(listing([("a", 1), ("b", 2), ("c", 3)]))
        table.move(by: 1)
        #expect(table.selected == "b")
        table.refresh(listing([("z", 0), ("c", 3), ("a", 1), ("b", 2)]))
        #expect(table.selected == "b" && table.position == 3)
    }

    @Test func `while one acts the order is held, and what is new is counted`() {
        var table = TableState()
        table.refresh(listing([("a", 1), ("b", 2)]))
        table.move(by: 1)
        table.take(listing([("n", 9), ("b", 2), ("m", 8)]))
        #expect(table.order == ["a", "b"], "a is gone, and its place is not taken by another")
        #expect(table.waiting == 2)
        table.refresh(listing([("n", 9), ("b", 2), ("m", 8)]))
        #expect(table.order == ["n", "b", "m"] && table.selected == "b" && table.waiting == 0)
    }

    @Test func `what is missing comes last, whichever way it is sorted`() {
        let rows = listing([("none", nil), ("low", 1), ("high", 2)])
        var table = TableState()
        table.refresh(rows)
        table.sort(by: 0, rows)
        #expect(table.order == ["high", "low", "none"])
        table.reverse(rows)
        #expect(table.order == ["low", "high", "none"])
    }

    @Test func `a filter asks for every word, and marks of rows out of sight are let go`() {
        let rows = listing([("red cup", 1), ("red box", 2), ("blue cup", 3)])
        var table = TableState()
        table.refresh(rows)
        table.mark()
        table.filter("box red", rows)
        #expect(table.order == ["red box"] && table.selected == "red box" && table.marked.isEmpty)
    }

    @Test(arguments: 1...12) func `the selected row is always in the window`(height: Int) {
        let rows = listing((0..<40).map { ("\($0)", Double($0)) })
        var table = TableState()
        table.refresh(rows)
        for step in [3, 20, -7, 100, -1, -100, 15] {
            table.move(by: step)
            let window = table.window(height: height)
            #expect(window.contains(table.position ?? -1) && window.count == min(height, 40))
            table.scroll(height: height)
            #expect(table.window(height: height) == window)
        }
    }
}
