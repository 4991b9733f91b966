import Formats
import Intake
import Store
import TestSupport
import Testing

/// Events that are delivered more than once.
@Suite struct EventsOnceTests {
    @Test(arguments: ["cloudevents", "json"])
    func `the same event twice counts once`(_ layout: String) throws {
        let event = { (id: String, entered: Int) in
            #"{"specversion":"1.0","id":"\#(id)","source":"s","type":"x.footfall","data":{"place":"M","#
                + #""from":"2011-10-01T10:00:00Z","minutes":60,"entered":\#(entered)}}"# + "\n"
        }
        let shop = try FactsShop()
        let layout = try #require(Layout(name: layout))
        let first = try shop.take(event("1", 30) + event("1", 31), layout, name: "a.json").count
        #expect(first.accepted == 1 && first.duplicate == 1 && first.replaced == 0)
        #expect(try shop.take(event("2", 32), layout, name: "b.json").count.replaced == 1, "another event is news")
    }
}
