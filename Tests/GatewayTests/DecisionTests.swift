import Base
import Gateway
import KubeModel
import Net
import Testing

@Suite struct PickerTests {
    private let now = Instant(nanoseconds: 0)

    private func endpoints(_ loads: [Int]) -> [Endpoint] {
        loads.enumerated().map { index, load in
            let endpoint = Endpoint(SocketAddress(ip: UInt32(index), port: 80))
            for _ in 0..<load { endpoint.begin() }
            return endpoint
        }
    }

    @Test func ofTwoTheOneWithLessInHandIsTaken() {
        var picker = Picker(seed: 7)
        let two = endpoints([3, 1])
        for _ in 0..<50 { #expect(picker.endpoint(of: two, at: now) === two[1]) }
    }

    @Test func allEqualEndpointsGetRequests() {
        var picker = Picker(seed: 7)
        let five = endpoints([0, 0, 0, 0, 0])
        var counts: [UInt32: Int] = [:]
        for _ in 0..<1000 { counts[picker.endpoint(of: five, at: now)?.address.ip ?? 9, default: 0] += 1 }
        #expect(counts.count == 5 && counts.values.allSatisfy { (120...280).contains($0) }, "\(counts)")
    }

    @Test func triedEndpointsAreNotTakenAgain() {
        var picker = Picker(seed: 7)
        let three = endpoints([0, 0, 0])
        for _ in 0..<20 { #expect(picker.endpoint(of: three, tried: [three[0], three[2]], at: now) === three[1]) }
        #expect(picker.endpoint(of: three, tried: three, at: now) == nil)
        #expect(picker.endpoint(of: [], at: now) == nil)
    }
}

@Suite struct EndpointHealthTests {
    private static func at(_ milliseconds: Int) -> Instant { Instant(nanoseconds: Int64(milliseconds) * 1_000_000) }

    @Test func failuresInARowSetAsideLongerEachTime() {
        var health = EndpointHealth()
        for _ in 1..<EndpointHealth.failuresMax { #expect(health.failed(at: Self.at(0)) == nil) }
        #expect(health.failed(at: Self.at(0)) == Self.at(1000))
        #expect(health.failed(at: Self.at(500)) == nil, "what was under way is no news")
        #expect(health.failed(at: Self.at(1000)) == Self.at(3000))
        #expect(health.failed(at: Self.at(3000)) == Self.at(7000))
        var now = 7000
        for _ in 0..<8 { now = (health.failed(at: Self.at(now))?.nanoseconds).map { Int($0 / 1_000_000) } ?? -1 }
        #expect(health.failed(at: Self.at(now)) == Self.at(now + 60_000))
        health.succeeded()
        #expect(health == EndpointHealth() && health.failed(at: Self.at(now)) == nil)
    }

    @Test func endpointsSetAsideAreTakenOnlyWhereThereIsNoOther() {
        var picker = Picker(seed: 7)
        let three = (0..<3).map { Endpoint(SocketAddress(ip: $0, port: 80)) }
        for endpoint in three[..<2] { while !endpoint.failed(at: Self.at(0)) {} }
        for _ in 0..<20 { #expect(picker.endpoint(of: three, at: Self.at(10)) === three[2]) }
        while !three[2].failed(at: Self.at(0)) {}
        #expect(picker.endpoint(of: three, at: Self.at(10)) != nil)
        three[0].succeeded()
        for _ in 0..<20 { #expect(picker.endpoint(of: three, at: Self.at(10)) === three[0]) }
    }
}

@Suite struct StickyTests {
    @Test(arguments: [
        ("a=1; user=7", "7"), ("user=7;b=2", "7"), ("user=", ""), ("auser=1; user = 2", nil), ("user", nil), ("", nil),
    ])
    func aCookieIsFoundByItsName(_ header: String, _ value: String?) {
        let found = Array(header.utf8).withUnsafeBytes { bytes in
            StickyKey.value(ofCookie: "user", in: bytes).map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(found == value)
    }

    @Test(arguments: [
        (["roost.dev/sticky-header": "X-User"], StickyKey.header("x-user")),
        (["roost.dev/sticky-cookie": "User"], .cookie("User")), ([:], nil), (["roost.dev/sticky-header": ""], nil),
    ])
    func routesSayByWhat(_ annotations: [String: String], _ key: StickyKey?) {
        let route = KubeObject(["metadata": ["annotations": .object(annotations.mapValues { .string($0) })]])
        #expect(StickyKey(route) == key)
    }

    @Test func weightsAreKeptAndAChangeMovesOnlyWhomItMust() {
        let hashes = ["a", "b", "c"].map { StableHash.of($0.utf8) }
        func choices(_ weights: [Int]) -> [Int] {
            (0..<10_000).compactMap { user in
                StableHash.choose(by: StableHash.of("user-\(user)".utf8), among: Array(zip(hashes, weights)))
            }
        }
        let before = choices([70, 30, 0])
        #expect((6800...7200).contains(before.count { $0 == 0 }) && !before.contains(2))
        let after = choices([60, 30, 10])
        let moved = zip(before, after).filter { $0 != $1 }
        #expect(!moved.contains { $0.1 == 0 } && (900...1500).contains(moved.count), "\(moved.count)")
        #expect(StableHash.choose(by: 1, among: [(1, 0)]) == nil)
    }
}

@Suite struct ListenerPlanTests {
    private func told(_ spec: String, hasSlices: Bool = false) throws -> [String] {
        let service = KubeObject(try YAML.parse("{metadata: {namespace: d, name: s}, spec: \(spec)}")[0])
        let isIngress = ListenerPlan.answerer(of: service, hasSlices: hasSlices) == .ingress
        return ListenerPlan.ports(of: service).map {
            "\(isIngress ? "gateway " : "")\($0.address)\($0.isOpaque ? " opaque" : "")"
        }
    }

    @Test(arguments: [
        ("{clusterIP: 127.9.128.1, ports: [{port: 80}, {port: 81}]}", ["127.9.128.1:80", "127.9.128.1:81"]),
        ("{clusterIP: 127.9.128.1, ports: [{name: https, port: 443}]}", ["127.9.128.1:443 opaque"]),
        ("{clusterIP: 127.9.128.1, ports: [{port: 53, protocol: UDP}]}", []),
        ("{clusterIP: None, ports: [{port: 80}]}", []),
        ("{ports: [{port: 80}]}", []),
        ("{type: LoadBalancer, selector: {a: b}, clusterIP: 127.9.128.2, ports: [{port: 80}]}", ["127.9.128.2:80"]),
        ("{type: LoadBalancer, clusterIP: 127.9.128.2, ports: [{port: 80}]}", ["gateway 127.9.128.2:80"]),
    ])
    func servicesAnswerWhereTheySay(_ spec: String, _ expected: [String]) throws {
        #expect(try told(spec) == expected)
    }

    @Test func aLoadBalancerWithEndpointsOfItsOwnKeepsThem() throws {
        let spec = "{type: LoadBalancer, clusterIP: 127.9.128.2, ports: [{port: 80}]}"
        #expect(try told(spec, hasSlices: true) == ["127.9.128.2:80"])
    }
}
