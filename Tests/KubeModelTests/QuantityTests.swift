import Base
import KubeModel
import TestKit
import Testing

@Suite struct QuantityTests {
    @Test func textsReadAsKubernetesReadsThem() throws {
        try golden("quantity-parse").check { c throws in
            let text = c["in"].string ?? ""
            switch Quantity.parse(text) {
            case .failure(let defect): #expect(defect.rawValue == c["error"].string, "\(text)")
            case .success(let quantity):
                #expect(quantity.description == c["canonical"].string, "\(text)")
                // Past the range of Int64 the recorded numbers have wrapped; of negative ones only the slow path is right.
                if (0..<9e15).contains(quantity.double) {
                    #expect(quantity.value == c["value"].int.map(Int64.init), "\(text)")
                    #expect(quantity.milliValue == c["milliValue"].int.map(Int64.init), "\(text)")
                }
            }
        }
    }

    @Test func quantitiesCompareAndAdd() throws {
        try golden("quantity-compare").check { c throws in
            let a = try #require(Quantity(c["a"])), b = try #require(Quantity(c["b"]))
            if [c["a"], c["b"]].contains("1e40") { return }  // sums stop at 36 digits
            let name: Comment = "\(c["a"].text) \(c["b"].text)"
            #expect((a < b ? -1 : a == b ? 0 : 1) == c["cmp"].int, name)
            #expect((a + b).description == c["sum"].string, name)
            #expect((a - b).description == c["difference"].string, name)
            #expect((-a).description == c["negA"].string, name)
        }
    }

    @Test func resourceListsHoldThousandthsAtTheFinest() throws {
        for c in try recorded("quantities-stored") {
            switch c["in"] {
            case .bool: #expect(Quantity(c["in"]) == nil)
            case .double: continue  // a client's text of a number is not ours
            default: #expect(Quantity(c["in"])?.roundedToMilli.description == c["out"].string, "\(c["in"].text)")
            }
        }
    }

    @Test(arguments: ["1e999999999999", "1e2147483647", "9e2147483647", "-1e-2147483648"])
    func hugeExponentsHarmNobody(_ text: String) {
        guard let quantity = Quantity(text) else { return }
        _ = [quantity.value, quantity.milliValue]
        _ = (quantity + Quantity(1)).description + (quantity - quantity).description
        #expect((quantity < Quantity(1)) == text.hasPrefix("-"))
    }

    @Test func sumsStopBeforeTheyOverflow() throws {
        var sum = try #require(Quantity("9999999999999999999999999999"))
        for _ in 0..<120 { sum = sum + sum }
        #expect(sum.description == "1000000000000000000E")
    }
}
