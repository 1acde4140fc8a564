import Base
import Foundation
import Testing

/// Reading and writing of decimals, against libc and the standard library.
@Suite struct DecimalTests {
    private func scan(_ text: String) -> NumberScanner.Scanned? {
        Array(text.utf8).withUnsafeBytes { NumberScanner.scan($0, at: 0) }
    }

    private static func sample(_ generator: inout SeededGenerator) -> Double {
        switch generator.next() % 4 {
        case 0: Double(bitPattern: generator.next())
        case 1: Double(Float(bitPattern: UInt32(truncatingIfNeeded: generator.next())))
        case 2: Double.random(in: -1000...1000, using: &generator)
        default: (Double.random(in: -1000...1000, using: &generator) * 100).rounded() / 100
        }
    }

    @Test(arguments: [1 as UInt64, 2, 3])
    func numbersAreReadAsLibcReadsThem(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<8_000 {
            let number = DecimalTests.sample(&generator)
            guard number.isFinite else { continue }
            let spellings = [
                number.description, String(format: "%.17g", number), String(format: "%.19g", number),
                String(format: "%.3e", number), String(format: "%.6f", number),
            ]
            for text in spellings where !text.hasPrefix(".") {
                let scanned = scan(text)
                #expect(scanned?.end == text.utf8.count, "seed \(seed): \(text)")
                #expect(scanned?.value.bitPattern == strtod(text, nil).bitPattern, "seed \(seed): \(text)")
            }
        }
    }

    @Test(arguments: [
        "9007199254740993", "9007199254740993.0", "1.00000000000000011102230246251565", "2.2250738585072011e-308",
        "4.9e-324", "1e-400", "1e400", "123456789012345678", "0.000000000000000000000000000001234567890123456",
        "8.988465674311579e307", "5e-1", "0", "-0.0", "1e22", "1e23", "12345678901234567890123", "0.1e-6",
        "17976931348623157e292",
    ])
    func hardNumbers(_ text: String) {
        #expect(scan(text)?.value.bitPattern == strtod(text, nil).bitPattern)
    }

    @Test(arguments: ["", "-", "01", ".5", "1.", "1e", "1e+", "+1", "a", "1.e5", "-.1"])
    func whatIsNoNumber(_ text: String) { #expect(scan(text) == nil || scan(text)?.end != text.utf8.count) }

    /// The standard library's own spelling is the shortest, too.
    @Test(arguments: [4 as UInt64, 5, 6])
    func theShortestDecimalIsFound(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var found = 0
        for _ in 0..<8_000 {
            let number = DecimalTests.sample(&generator).magnitude
            guard let decimal = ShortestDecimal(number) else { continue }
            found += 1
            #expect(strtod("\(decimal.digits)e\(decimal.exponent)", nil) == number, "seed \(seed): \(number)")
            let digits = number.description.prefix { $0 != "e" }.filter { $0 != "." }
            let plain = digits.drop { $0 == "0" }.reversed().drop { $0 == "0" }.reversed()
            #expect(String(decimal.digits) == String(plain), "seed \(seed): \(number)")
        }
        #expect(found > 4_000)
    }

    @Test func wholeNumbersAreWrittenAsTheyAreSaid() {
        let ends = (0..<19).flatMap { power in
            let bound = (0..<power).reduce(1) { product, _ in product * 10 }
            return [bound - 1, bound, -bound, 1 - bound]
        }
        for number in ends + [.max, .min, 1_020_304] {
            let text = withUnsafeTemporaryAllocation(byteCount: DecimalDigits.bytesMax, alignment: 1) { target in
                target.baseAddress.map {
                    String(decoding: target[..<DecimalDigits.write(number, to: $0)], as: UTF8.self)
                }
            }
            #expect(text == String(number))
        }
    }
}
