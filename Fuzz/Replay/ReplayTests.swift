import Base
import Foundation
import FuzzTargets
import Testing

/// The seeds, and what was found with them, go through their targets in every test run.
struct ReplayTests {
    private static func seeds(_ target: FuzzTarget) throws -> [(name: String, bytes: [UInt8])] {
        let folder = try #require(Bundle.module.url(forResource: "Corpus", withExtension: nil))
            .appendingPathComponent(target.name)
        return try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted().map {
            ($0, Array(try Data(contentsOf: folder.appendingPathComponent($0))))
        }
    }

    @Test(arguments: FuzzTarget.all.map(\.name))
    func everyTargetBearsItsSeeds(_ name: String) throws {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        let seeds = try Self.seeds(target)
        #expect(!seeds.isEmpty)
        for seed in seeds { seed.bytes.withUnsafeBytes(target.run) }
    }

    /// Seeds cut short and with bytes changed: what a fuzzer tries first.
    @Test(arguments: FuzzTarget.all.map(\.name))
    func everyTargetBearsBrokenSeeds(_ name: String) throws {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        var chance = SeededGenerator(seed: 1)
        for seed in try Self.seeds(target) where !seed.bytes.isEmpty {
            for _ in 0..<50 {
                var bytes = Array(seed.bytes.prefix(Int.random(in: 1...seed.bytes.count, using: &chance)))
                bytes[Int.random(in: 0..<bytes.count, using: &chance)] = UInt8.random(in: 0...255, using: &chance)
                bytes.withUnsafeBytes(target.run)
            }
        }
    }
}
