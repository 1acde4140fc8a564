import Base
import Drift
import KServeModel
import KubeModel
import Testing

/// What `roost drift` shows.
struct PictureTests {
    private func report() throws -> DriftReport {
        var object = try monitor().object
        object.status = try compare(rows(400, seed: 1), rows(300, shift: 1, colors: ["red", "<new>"], seed: 2))
        return DriftReport(object)
    }

    @Test func theTableHasARowForEveryTest() throws {
        let report = try report()
        #expect(
            report.table.map { [$0[0], $0[2], $0[8]] } == [
                ["COLUMN", "TEST", "VERDICT"], ["width", "kolmogorovSmirnov", "ok"],
                ["height", "kolmogorovSmirnov", "drift"], ["color", "chiSquared", "drift"],
                ["prediction", "chiSquared", "ok"],
            ]
        )
        #expect(
            report.sentences[1].hasPrefix("Drift is detected, window 1: 2 of 4 columns have drifted: height, color")
        )
    }

    @Test(arguments: ["height", "color", "prediction"])
    func picturesAreWhole(_ column: String) throws {
        let picture = DistributionPicture(try #require(try report().distributions(of: column)))
        #expect(picture.svg.hasSuffix("</svg>\n") && !picture.svg.contains("nan") && !picture.svg.contains("<new>"))
        let png = picture.png
        #expect(Array(png.prefix(8)) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
        #expect(Array(png[12..<24]) == Array("IHDR".utf8) + [0, 0, 2, 0xD0, 0, 0, 1, 0x90])
        // The checksum of an empty last chunk is the same in every file.
        #expect(Array(png.suffix(12)) == [0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82])
    }

    @Test func aColumnThatIsNotThereHasNone() throws {
        #expect(try report().distributions(of: "depth") == nil)
    }
}
