import Base
import CLinux
import Foundation
import ModelServer
import Prediction
import Testing

/// Many models in one process.
@Suite struct RepositoryTests {
    /// A folder with a sub-folder for each of these fixtures, and one that holds no model.
    private func folder(_ names: [String]) throws -> String {
        let folder = NSTemporaryDirectory() + "roost-repository-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for name in names {
            try FileManager.default.copyItem(atPath: fixture(name), toPath: "\(folder)/\(name)")
        }
        try FileManager.default.createDirectory(atPath: "\(folder)/empty", withIntermediateDirectories: true)
        return folder
    }

    @Test func subfoldersAreModelsThatComeAndGo() async throws {
        let folder = try folder(["iris", "words"])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await withModels(in: folder) { serving in
            func index(_ body: String = "") async throws -> [String] {
                let answer = try await serving.send("POST", "/v2/repository/index", body)
                return try JSON.parse(answer.body).array?.map {
                    "\($0["name"].string ?? "") \($0["state"].string ?? "")"
                } ?? []
            }
            #expect(try await index() == ["empty UNAVAILABLE", "iris READY", "words READY"])
            #expect(try await index(#"{"ready":true}"#) == ["iris READY", "words READY"])
            #expect(try await serving.send("GET", "/v1/models").body == #"{"models":["iris","words"]}"#)
            #expect(try await serving.predict("words", #"{"instances":["sparrow"]}"#).body == #"{"predictions":[1]}"#)
            let empty = try await serving.predict("empty", "{}")
            #expect(empty.status == 503 && empty.body.hasPrefix(#"{"error":"Model with name empty is not ready."#))

            let unload = try await serving.send("POST", "/v2/repository/models/words/unload")
            #expect(unload.status == 200 && unload.body == #"{"name":"words","unload":true}"#)
            #expect(try await serving.predict("words", "{}").status == 404)
            #expect(try await serving.send("POST", "/v2/repository/models/words/unload").status == 404)
            #expect(try await index() == ["empty UNAVAILABLE", "iris READY", "words UNAVAILABLE"])

            let load = try await serving.send("POST", "/v2/repository/models/words/load", "{}")
            #expect(load.status == 200 && load.body == #"{"name":"words","load":true}"#)
            #expect(try await serving.predict("words", #"{"instances":["sparrow"]}"#).status == 200)
            for name in ["nothing", "..", "%2e%2e"] {
                let answer = try await serving.send("POST", "/v2/repository/models/\(name)/load", "{}")
                #expect(answer.status == 503 || answer.status == 404, "\(name): \(answer)")
            }
        }
    }
}

/// What a folder is taken for.
extension RepositoryTests {
    @Test func aFolderWithoutModelsIsFilledLater() async throws {
        let folder = try folder([])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.removeItem(atPath: "\(folder)/empty")
        try await withModels(in: folder) { serving in
            #expect(try await serving.send("GET", "/v1/models").body == #"{"models":[]}"#)
            #expect(try await serving.send("GET", "/v2/health/ready").status == 200)
            try FileManager.default.copyItem(atPath: fixture("iris"), toPath: "\(folder)/iris")
            #expect(try await serving.send("POST", "/v2/repository/models/iris/load", "{}").status == 200)
            #expect(try await serving.send("GET", "/v1/models").body == #"{"models":["iris"]}"#)
        }
    }

    @Test func strayFilesBesideModelsAreNoModels() async throws {
        let folder = try folder(["iris"])
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try "".write(toFile: "\(folder)/README.md", atomically: true, encoding: .utf8)
        try await withModels(in: folder) { serving in
            let answer = try await serving.send("GET", "/v1/models")
            #expect(answer.body == #"{"models":["iris"]}"#)
        }
    }
}

/// The exact spelling of answers, against what orjson 3.13 writes.
@Suite struct SpellingTests {
    @Test func numbersAreSpeltAsPythonsServerDoes() {
        let table: [(Double, String)] = [
            (1, "1.0"), (0.1, "0.1"), (-0.0, "-0.0"), (123_456_789_012_345.6, "123456789012345.6"),
            (1e15, "1000000000000000.0"),
            (9_007_199_254_740_992, "9007199254740992.0"), (1e16, "1e+16"), (1.5e300, "1.5e+300"), (1e-5, "0.00001"),
            (1.234e-5, "0.00001234"), (1e-6, "1e-6"), (1.5e-7, "1.5e-7"), (.leastNonzeroMagnitude, "5e-324"),
            (1e22, "1e+22"),
            (1.7976931348623157e308, "1.7976931348623157e+308"), (-2.5e-10, "-2.5e-10"), (.nan, "null"),
            (.infinity, "null"), (Double(Float(0.1)), "0.10000000149011612"), (1234.5, "1234.5"),
        ]
        for (number, spelling) in table {
            var answer = Answer()
            answer.numbers = [number]
            #expect(json(answer, .numbers(columns: nil)) == spelling)
        }
    }

    @Test func rowsWholeNumbersAndClasses() {
        var answer = Answer()
        answer.numbers = [1, -2, 3, 4]
        #expect(json(answer, .numbers(columns: 2, type: .int32)) == "[1,-2],[3,4]")
        #expect(raw(answer, .numbers(columns: 2, type: .int16)) == [1, 0, 254, 255, 3, 0, 4, 0])
        #expect(raw(answer, .numbers(columns: nil, type: .float32)).prefix(4) == [0, 0, 128, 63])
        answer.labels = [1, 0]
        #expect(json(answer, .labels(.texts(["a\"\n", "é"]))) == #""é","a\"\n""#)
        #expect(raw(answer, .labels(.texts(["ab", "c"]))) == [1, 0, 0, 0, 99, 2, 0, 0, 0, 97, 98])
        #expect(json(answer, .labels(.flags([false, true]))) == "true,false")
        #expect(raw(answer, .labels(.integers([7, -1], type: .int32))) == [255, 255, 255, 255, 7, 0, 0, 0])
    }
}
