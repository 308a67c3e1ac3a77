// `mac = first`: the kernel gives the bond the address of its first port, and would give it a random one when the
// last port leaves (bond_main.c __bond_release_one).  The first address is remembered, and set again.
#pragma once

#include "had/run/part.hpp"
#include "had/run/run.hpp"

namespace had {

class FirstMacs final : public Part {
public:
    explicit FirstMacs(Run& run) : run_(run) {}

    void before_plan() override;

private:
    Run& run_;
};

} // namespace had
