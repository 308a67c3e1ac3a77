// What a service manager is told: ready, reloading, still alive.
#pragma once

#include "had/run/reconciler.hpp"
#include "had/sys/loop.hpp"

namespace had {

class Readiness {
public:
    Readiness(sys::Loop& loop, const Reconciler& reconciler) : loop_(loop), reconciler_(reconciler) {}

    // READY when the configuration is taken and the bonds exist; cards may come at any time.  False: it never
    // will be, and why is logged.  Without a bonding driver there is nothing to be ready for.
    bool check();
    // A service manager holds back what waits for a reload until the next READY.
    void begin_reload() const;
    void end_reload() const;
    // From now on, as long as turns are finished.
    void feed_watchdog();

private:
    sys::Loop& loop_;
    const Reconciler& reconciler_;
    bool ready_ = false;
    sys::Timer watchdog_;
};

} // namespace had
