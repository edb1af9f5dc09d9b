"""Who uses the product in a run: two sellers, their shops, their buyers."""

import json

from invoicing.adapters.operations.keys_table import keys
from invoicing.adapters.operations.sellers_table import sellers
from invoicing.parties import Seller
from invoicing.plans import ReminderPlans, Step
from tests.builders import a_seller, an_api_key
from tests.simulation import till, wiring
from tests.simulation.buyers import Buyers
from tests.simulation.cloud import Cloud
from tests.simulation.door import Door
from tests.simulation.schedules import Schedules
from tests.simulation.shops import Shops, key_of
from tests.simulation.told import Told

IMPATIENT = ReminderPlans(
    consumer=(
        Step(days=1, tone="friendly"),
        Step(days=2, tone="formal_notice"),
        Step(days=3, tone="hand_over"),
    )
)


class Load:
    """Everybody outside."""

    clearing = 90  # minutes that the sweeper has to finish everything when it is over

    def __init__(self, cloud: Cloud) -> None:
        self.cloud, self.world, self.told = cloud, cloud.world, Told()
        self.sellers = self._sellers()
        door = Door(cloud)
        self.shops = Shops(door, self.sellers, self.told)
        self.buyers = Buyers(door, self.told)
        self.schedules = Schedules(cloud)

    def _sellers(self) -> list[Seller]:
        """Two shops whose New Year need not be at the same moment; some hand over soon."""
        random = self.world.random
        zones = ("Europe/Paris", random.choice(("Europe/Paris", "America/Martinique")))
        reminders = IMPATIENT if self.world.seed % 2 == 0 else None
        found = [
            a_seller(
                id=name,
                zone=zone,
                payment_days=random.choice((0, 0, 0, 14, 30)),
                reminders=reminders,
            )
            for name, zone in zip(("atelier", "brasserie"), zones, strict=True)
        ]
        prefix = wiring.environment()["SECRETS_PREFIX"]
        secret = {"api_key": till.API_KEY, "webhook_secrets": [till.WEBHOOK_SECRET]}
        for seller in found:
            sellers().save(self._changed(seller))
            keys().save(an_api_key(key_of(seller.id), seller=seller.id))
            name = f"{prefix}/sellers/{seller.id}/stripe"
            self.cloud.secretsmanager.secrets[name] = json.dumps(secret)
        return found

    def _changed(self, seller: Seller) -> Seller:
        """Give a seller as this run has him."""
        return seller
