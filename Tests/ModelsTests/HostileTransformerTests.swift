import Base
import Models
import Prediction
import Testing

/// Damaged transformers: each is refused, or still answers or refuses rows; none of them traps.
@Suite struct HostileTransformerTests {
    /// Models of each family that are damaged in one run, and how often each of them is.
    static let (stride, rounds) = (5, 6)

    @Test(arguments: ["columns", "spaces", "texts", "gaps"], [0, 1])
    func damageNeverTraps(_ family: String, _ offset: Int) throws {
        var generator = SeededGenerator(seed: UInt64(offset + 3))
        var refused = 0
        for (index, c) in try TransformerTests.cases(family).enumerated() where index % Self.stride == offset {
            for _ in 0..<Self.rounds {
                var bytes = c.bytes
                for _ in 0..<Int.random(in: 1...4, using: &generator) {
                    bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(
                        in: 0...255,
                        using: &generator
                    )
                }
                do {
                    let model = try Model.load(bytes, as: .pickle, options: .init(wantsTransformed: true))
                    _ = try? model.transformed(c.rows)
                } catch {
                    refused += 1
                }
            }
        }
        #expect(refused > 0)
    }

    /// Sizes and indices that a model keeps, each of them made absurd.
    @Test(arguments: ["columns", "spaces", "texts", "gaps"])
    func absurdNumbersAreRefused(_ family: String) throws {
        for (index, c) in try TransformerTests.cases(family).enumerated() where index % Self.stride == 3 {
            // Small integers of a pickle (BININT1): lengths of axes, degrees, numbers of columns.
            let places = c.bytes.indices.dropLast().filter { c.bytes[$0] == UInt8(ascii: "K") }
            for (count, place) in places.enumerated() where count % 4 == 0 {
                for number in [0, 1, 255] as [UInt8] {
                    var bytes = c.bytes
                    bytes[place + 1] = number
                    guard let model = try? Model.load(bytes, as: .pickle, options: .init(wantsTransformed: true)) else {
                        continue
                    }
                    _ = try? model.transformed(c.rows)
                }
            }
        }
    }
}
