// `mac = first`: the kernel gives the bond its first port's address, and would give it a random one when the
// last port leaves (bond_main.c __bond_release_one).  What it was is kept, and set again.
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
