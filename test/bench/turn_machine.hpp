// The whole daemon on the kernel of its tests, with so many ports in bonds of ten, all of which serve.
#pragma once

#include "had/run/reconciler.hpp"
#include "test/fake/fake_kernel.hpp"
#include "test/fake/loop.hpp"
#include "test/fake/no_peers.hpp"
#include "test/fake/prober.hpp"
#include "test/fake/runner.hpp"

#include <optional>
#include <string>

struct nlmsghdr;

namespace had::test {

class Machine {
public:
    explicit Machine(unsigned ports);

    Reconciler& had() { return had_; }
    FakeKernel& kernel() { return kernel_; }
    const core::Link& link(const std::string& name) const { return *had_.model().observed.link(name); }
    const core::Link& link(core::Ifindex index) const { return *had_.model().observed.link(index); }

    // A message of the kernel's, from its bytes on: all that is to be done at once.
    void hear(const nlmsghdr& message);
    // A card comes into the slot that was left free for one, and all that is to be done at once; or it goes.
    void plug_in();
    void pull();
    // Until nothing more happens, and time passes.
    void settle();

private:
    void add_slot(unsigned slot);
    void insert(unsigned slot);
    bool deliver();
    Surroundings surroundings();

    unsigned slots_;
    FakeLoop loop_;
    FakeKernel kernel_;
    FakeProber prober_{loop_, kernel_};
    FakeRunner runner_{loop_};
    NoPeers peers_;
    Reconciler had_;
};

} // namespace had::test
