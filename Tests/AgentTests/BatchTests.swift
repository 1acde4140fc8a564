import Agent
import Base
import Testing

struct BatchTests {
    private static let start = Instant(nanoseconds: 0)

    private static func at(_ milliseconds: Int) -> Instant { start + .milliseconds(milliseconds) }

    @Test func aBatchGoesOutWhenItIsFull() {
        var queue = BatchQueue<String>(instancesMax: 3, waitMax: .milliseconds(100))
        #expect(queue.add("a", instances: 1, path: "/m:predict", at: Self.at(0)) == nil)
        let full = queue.add("b", instances: 2, path: "/m:predict", at: Self.at(5))
        #expect(full?.tickets == ["a", "b"])
        #expect(queue.nextDeadline == nil)
        #expect(queue.add("c", instances: 7, path: "/m:predict", at: Self.at(9))?.tickets == ["c"])
    }

    @Test func aBatchGoesOutWhenItsOldestHasWaited() {
        var queue = BatchQueue<String>(instancesMax: 32, waitMax: .milliseconds(100))
        _ = queue.add("a", instances: 1, path: "/m:predict", at: Self.at(0))
        _ = queue.add("b", instances: 1, path: "/m:predict", at: Self.at(60))
        #expect(queue.nextDeadline == Self.at(100))
        #expect(queue.takeDue(at: Self.at(99)).isEmpty)
        #expect(queue.takeDue(at: Self.at(100)).map(\.tickets) == [["a", "b"]])
        #expect(queue.nextDeadline == nil)
    }

    @Test func modelsDoNotMix() {
        var queue = BatchQueue<String>(instancesMax: 2, waitMax: .milliseconds(100))
        #expect(queue.add("a", instances: 1, path: "/a:predict", at: Self.at(0)) == nil)
        #expect(queue.add("b", instances: 1, path: "/b:predict", at: Self.at(1)) == nil)
        #expect(queue.add("c", instances: 1, path: "/a:predict", at: Self.at(2))?.tickets == ["a", "c"])
        #expect(queue.takeDue(at: Self.at(101)).map(\.path) == ["/b:predict"])
    }

    @Test(arguments: [
        (#"{"instances":[[1.0, 2],{"a":"]"}]}"#, "[1.0, 2]|{\"a\":\"]\"}"),
        (#"{"instances":[]}"#, "no instances in the request"),
        (#"{}"#, "no instances in the request"),
        (#"{"instances":null}"#, "no instances in the request"),
        (#"{"instances":5}"#, "can't Unmarshal body"),
        ("[1]", "can't Unmarshal body"),
        (#"{"instances":[1]"#, "can't Unmarshal body"),
    ])
    func instancesAreRead(_ body: String, _ told: String) {
        do throws(BatchBody.Defect) {
            let instances = try BatchBody.instances(of: Array(body.utf8))
            #expect(instances.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "|") == told)
        } catch {
            #expect(error.rawValue == told)
        }
    }

    @Test(arguments: [
        (
            200, #"{"predictions":[1, "b",[3]]}"#,
            [
                #"200 {"message":"","batchId":"i","predictions":[1]}"#,
                #"200 {"message":"","batchId":"i","predictions":["b",[3]]}"#,
            ]
        ),
        (
            200, #"{"predictions":[1]}"#,
            Array(
                repeating:
                    #"500 {"message":"size of prediction is not equal to the size of instances","batchId":"i","predictions":null}"#,
                count: 2
            )
        ),
        (
            404, #"{"error":"no"}"#,
            Array(repeating: #"404 {"message":"{\"error\":\"no\"}","batchId":"","predictions":null}"#, count: 2)
        ),
    ])
    func answersAreSplit(_ status: Int, _ body: String, _ told: [String]) {
        let answers = BatchBody.answers(status, Array(body.utf8), counts: [1, 2], id: "i")
        #expect(answers.map { "\($0.status) \(String(decoding: $0.body, as: UTF8.self))" } == told)
    }
}
