// What a service manager is told: ready, reloading, still alive.
#pragma once

#include "had/run/reconciler.hpp"
#include "had/sys/loop.hpp"

namespace had {

class Readiness {
public:
    Readiness(sys::Loop& loop, const Reconciler& reconciler) : loop_(loop), reconciler_(reconciler) {}

    // Sends READY once the configuration is taken and the bonds exist, whatever cards are there.  False: that will
    // never be, since there is no bonding driver; the reason is logged.
    bool check();
    // Until end_reload() sends READY, a service manager holds back what waits for the reload.
    void begin_reload() const;
    void end_reload() const;
    // Feeds the watchdog from now on, as long as turns are finished.
    void feed_watchdog();

private:
    sys::Loop& loop_;
    const Reconciler& reconciler_;
    bool ready_ = false;
    sys::Timer watchdog_;
};

} // namespace had
