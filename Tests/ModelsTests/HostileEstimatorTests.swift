import Base
import Models
import Prediction
import Testing

/// Pickles of estimators that are cut, damaged, or lack a member: an error each, or an answer, never a trap.
@Suite struct HostileEstimatorTests {
    static func cases() throws -> [RecordedModels.Case] {
        try ["1.9", "steps-1.9"].flatMap { try RecordedModels.cases("estimators/\($0).json") }
    }

    /// What loads must also answer, or say why not.
    static func ask(_ model: Model) {
        let columns: Int
        if case .numbers(let count) = model.predictor.input { columns = count } else { columns = 1 }
        guard columns < 1000 else { return }
        var (batch, answer) = (Batch(), Answer())
        batch.rows = 2
        batch.columns = columns
        batch.values = (0..<2 * columns).map { Double($0 % 5) * 0.7 }
        _ = try? model.predict(&batch, into: &answer)  // a refusal is as good as an answer
    }

    @Test func damagedFilesNeverTrap() throws {
        var generator = SeededGenerator(seed: 3)
        for c in try Self.cases() {
            for _ in 0..<25 {
                var damaged = c.bytes
                for _ in 0..<Int.random(in: 1...3, using: &generator) {
                    damaged[Int.random(in: damaged.indices, using: &generator)] ^=
                        1 << UInt8.random(in: 0..<8, using: &generator)
                }
                let method = Bool.random(using: &generator)
                if let model = try? Model.load(damaged, as: .pickle, options: .init(wantsProbabilities: method)) {
                    Self.ask(model)
                }
            }
        }
    }

    /// Members whose names end in "_", as fitted ones do, each called otherwise in turn.
    @Test func missingMembersAreTold() throws {
        var refused = 0
        for c in try Self.cases() {
            for at in Self.fittedNames(c.bytes) {
                var damaged = c.bytes
                damaged[at] ^= 1
                do {
                    Self.ask(try Model.load(damaged, as: .pickle))
                } catch {
                    #expect(!error.description.isEmpty)
                    refused += 1
                }
            }
        }
        #expect(refused > 200)
    }

    /// Where the texts of a pickle (opcode 0x8C, length, bytes) end that end in "_": the byte before the line.
    private static func fittedNames(_ bytes: [UInt8]) -> [Int] {
        bytes.indices.compactMap { at in
            guard bytes[at] == 0x8C, at + 1 < bytes.count else { return nil }
            let end = at + 2 + Int(bytes[at + 1])
            guard end <= bytes.count, end - at > 4, bytes[end - 1] == UInt8(ascii: "_") else { return nil }
            return end - 2
        }
    }

    /// Numbers of small arrays and integers pushed to where shapes no longer fit.
    @Test func shapesThatDoNotFitAreTold() throws {
        var refused = 0
        for c in try Self.cases() {
            // BININT1 is how pickles write the lengths of axes and other small integers.
            let places = c.bytes.indices.filter { $0 > 0 && c.bytes[$0 - 1] == UInt8(ascii: "K") }
            for at in places.prefix(20) {
                for value in [0, 1, c.bytes[at] &+ 1, 255] as [UInt8] where value != c.bytes[at] {
                    var damaged = c.bytes
                    damaged[at] = value
                    do { Self.ask(try Model.load(damaged, as: .pickle)) } catch { refused += 1 }
                }
            }
        }
        #expect(refused > 500)
    }
}
