import Base
import Gateway
import KubeModel
import Net
import Testing

@Suite struct PickerTests {
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
        for _ in 0..<50 { #expect(picker.endpoint(of: two) === two[1]) }
    }

    @Test func allEqualEndpointsGetRequests() {
        var picker = Picker(seed: 7)
        let five = endpoints([0, 0, 0, 0, 0])
        var counts: [UInt32: Int] = [:]
        for _ in 0..<1000 { counts[picker.endpoint(of: five)?.address.ip ?? 9, default: 0] += 1 }
        #expect(counts.count == 5 && counts.values.allSatisfy { (120...280).contains($0) }, "\(counts)")
    }

    @Test func triedEndpointsAreNotTakenAgain() {
        var picker = Picker(seed: 7)
        let three = endpoints([0, 0, 0])
        for _ in 0..<20 { #expect(picker.endpoint(of: three, tried: [three[0], three[2]]) === three[1]) }
        #expect(picker.endpoint(of: three, tried: three) == nil)
        #expect(picker.endpoint(of: []) == nil)
    }
}

@Suite struct ListenerPlanTests {
    private func objects(_ service: String, slices: String = "") throws -> TrafficObjects {
        TrafficObjects(
            services: try YAML.parse(service).map { KubeObject($0) },
            slices: slices.isEmpty ? [] : try YAML.parse(slices).map { KubeObject($0) }
        )
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
        let objects = try objects("{metadata: {namespace: d, name: s}, spec: \(spec)}")
        let own = ListenerPlan.services(objects).map { "\($0.address)\($0.isOpaque ? " opaque" : "")" }
        let ingress = ListenerPlan.ingress(objects).map { "gateway \($0.address)" }
        #expect(own + ingress == expected)
    }

    @Test func aLoadBalancerWithEndpointsOfItsOwnKeepsThem() throws {
        let objects = try objects(
            "{metadata: {namespace: d, name: s}, spec: {type: LoadBalancer, clusterIP: 127.9.128.2, ports: [{port: 80}]}}",
            slices: "{metadata: {namespace: d, name: s-1, labels: {kubernetes.io/service-name: s}}}"
        )
        #expect(ListenerPlan.services(objects).count == 1 && ListenerPlan.ingress(objects).isEmpty)
    }
}
