import Base
import KubeModel
import Testing

@Suite struct APIStatusTests {
    @Test(arguments: [
        ("{\"reason\": \"NotFound\", \"code\": 404}", 404, APIStatus.Reason.notFound),
        ("{\"message\": \"404 page not found\"}", 404, .notFound), ("{\"message\": \"bad gateway\"}", 502, .unknown),
        ("{\"reason\": \"OfAnotherServer\"}", 404, .unknown), ("{\"reason\": \"Expired\"}", 410, .expired),
    ])
    func answersHaveTheReasonThatTheyNameOrMean(_ body: String, _ code: Int, _ reason: APIStatus.Reason) throws {
        let status = APIStatus(json: try JSON.parse(body), code: code)
        #expect(status.reason == reason && status.code == code)
    }
}
