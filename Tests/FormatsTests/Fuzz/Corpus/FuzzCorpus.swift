import Domain

@testable import Formats

/// Small sound samples of every format, from which the fuzzer starts.
enum FuzzCorpus {
    /// A value that the tests' authors vouch for.
    static func needed<Value>(_ value: Value?) -> Value {
        guard let value else { preconditionFailure("a sample of the tests is wrong") }
        return value
    }

    /// What the X12 samples' sender means by its codes.
    static let partner: X12Partner = {
        var partner = X12Partner()
        partner.supplier = SupplierName("Acme")
        partner.places = ["W1": needed(PlaceName("Halle Nö"))]
        partner.currency = Currency("EUR")
        partner.timeOfCount = TimeOfDay("23:30")
        return partner
    }()

    /// Interchanges of the three kinds that are read, and of one that is not.
    static let x12: [String] = [
        interchange([
            (
                "846",
                [
                    "BIA*00*SI*0731*20260731*1200", "N1*WH*Main warehouse*92*W1", "LIN*1*UP*012345678905*VN*AC-1",
                    "QTY*33*7*EA", "QTY*17*9.0*EA", "LIN*2*VN*AC-2*IN*mug-2", "DTM*405*20260731*061530*ET",
                    "QTY*33*-2", "CTT*2",
                ]
            )
        ]),
        interchange([
            (
                "850",
                [
                    "BEG*00*SA*4500012**20260730", "CUR*BY*USD", "DTM*002*20260815", "N1*SU*Acme, Ltd.",
                    "N1*ST**92*W1", "PO1*1*10*EA*2.55**BP*MUG-1*VN*AC-1", "PO1*2*3*DZ*12**BP*MUG-2",
                    "DTM*002*20260901", "CTT*2",
                ]
            )
        ]),
        interchange([
            (
                "856",
                [
                    "BSN*00*S*20260731*1200", "HL*1**S", "DTM*011*20260730", "DTM*017*20260803", "REF*BM*99",
                    "HL*2*1*O", "PRF*PO1*3", "HL*3*2*P", "MAN*GM*00123", "HL*4*3*I", "LIN*10*BP*A", "SN1**1*EA",
                    "HL*5*2*I", "LIN*20*UP*012345678905", "SN1**2*EA", "CTT*5",
                ]
            ), ("997", ["AK1*PO*1", "AK9*A*1*1*1"]),
        ]),
    ]

    private static func interchange(_ bodies: [(kind: String, segments: [String])]) -> String {
        var lines = [
            "ISA*00*          *00*          *ZZ*SUPPLIER       *ZZ*SHOP           *260731*1300*U*00401*000000042*0*P*>",
            "GS*IB*SUPPLIER*SHOP*20260731*1300*7*X*004010",
        ]
        for (index, body) in bodies.enumerated() {
            lines += ["ST*\(body.kind)*000\(index + 1)"] + body.segments
            lines.append("SE*\(body.segments.count + 2)*000\(index + 1)")
        }
        lines += ["GE*\(bodies.count)*7", "IEA*1*000000042"]
        return lines.map { $0 + "~\n" }.joined()
    }

    /// A pattern, and timestamps on the lines below it.
    static let timestamps = [
        "yyyy-MM-dd HH:mm:ss Z\n2024-05-01 10:00:00 +0900\n2011-10-30 01:30:00 Z",
        "d/M/yyyy h:mm a\n1/12/2010 8:26 AM\n31/3/2011 12:00 pm", "unix\n1309502400\n-1", "unix-ms\n1309502400123",
        "yyyy-MM-ddTHH:mm:ss.SSS\n2011-03-27T01:30:00.5\n9999-12-31T23:59:60.999", "'am' yyyyMMdd\nam 20110227",
    ]

    /// Streams of JSON that mean nothing.
    static let json =
        documents + ["{\"id\":1}\n{\"id\":2\n{\"id\":3}\n", "{\"a\":[\n{\"id\":2}\n{\"id\":3}\n"]

    /// Texts of JSON, one value each.
    static let documents = [
        #"{"a":[1,-0.5e+3,"x\u00e9\ud83d\ude00\n",true,false,null,{"a":{}}],"b":""}"#,
        "[\n{\"a\":1},\n{\"a\":[2,\n{\"b\":3}]}\n]", "[[[[]]],{\"\":{}}]",
        "{\n\"a\":\n{\n\"b\":[\n{\n}\n]\n}\n}\n",
    ]
}
