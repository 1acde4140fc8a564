import Base
import GJSON

/// The bodies around a batch: instances out of requests, one request of them all, an answer for each.
package enum BatchBody {
    /// Why a request cannot be part of a batch, in upstream's words.
    package enum Defect: String, Error {
        case malformed = "can't Unmarshal body"
        case empty = "no instances in the request"
    }

    /// The instances of a request, each as it is spelt.
    package static func instances(of body: [UInt8]) throws(Defect) -> [ArraySlice<UInt8>] {
        guard JSONText.isValid(body), body.first(where: { $0 > 0x20 }) == UInt8(ascii: "{") else { throw .malformed }
        guard let found = member("instances", of: body) else { throw .malformed }
        guard !found.isEmpty else { throw .empty }
        return found
    }

    /// `{"instances": [...]}` of all of them, in order.
    package static func request(_ instances: [[ArraySlice<UInt8>]]) -> [UInt8] {
        Array(#"{"instances":"#.utf8) + list(instances.joined()) + [UInt8(ascii: "}")]
    }

    /// What each request of a batch is answered, `counts` being the numbers of their instances.
    package static func answers(_ status: Int, _ body: [UInt8], counts: [Int], id: String) -> [(
        status: Int, body: [UInt8]
    )] {
        guard status == 200 else {
            let refusal = answer(message: String(decoding: body, as: UTF8.self), id: "", predictions: nil)
            return counts.map { _ in (status, refusal) }
        }
        let predictions = JSONText.isValid(body) ? member("predictions", of: body) ?? [] : []
        guard predictions.count == counts.reduce(0, +) else {
            let words = "size of prediction is not equal to the size of instances"
            let refusal = answer(message: words, id: id, predictions: nil)
            return counts.map { _ in (500, refusal) }
        }
        var rest = predictions[...]
        return counts.map { count in
            defer { rest = rest.dropFirst(count) }
            return (200, answer(message: "", id: id, predictions: rest.prefix(count)))
        }
    }

    private static func answer(message: String, id: String, predictions: ArraySlice<ArraySlice<UInt8>>?) -> [UInt8] {
        Array(#"{"message":"#.utf8) + JSON.string(message).bytes + Array(#","batchId":"#.utf8) + JSON.string(id).bytes
            + Array(#","predictions":"#.utf8) + (predictions.map { list($0) } ?? Array("null".utf8))
            + [UInt8(ascii: "}")]
    }

    private static func list(_ elements: some Sequence<ArraySlice<UInt8>>) -> [UInt8] {
        [UInt8(ascii: "[")] + elements.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "]")]
    }

    /// The elements of a list; none where there is no such member or it is null, nil where it is something else.
    private static func member(_ name: String, of body: [UInt8]) -> [ArraySlice<UInt8>]? {
        do throws(GJSONFault) {
            let found = try GJSONPath(name).find(in: body)
            return found.kind == .null ? [] : found.elements
        } catch {
            // A plain name stays far below the limits of a search.
            return nil
        }
    }
}
