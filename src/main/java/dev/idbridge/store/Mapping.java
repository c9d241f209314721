package dev.idbridge.store;

import dev.idbridge.model.StoreUnavailable;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.PersistenceException;
import jakarta.persistence.ValidationMode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.hibernate.boot.model.naming.PhysicalNamingStrategySnakeCaseImpl;
import org.hibernate.jpa.HibernatePersistenceProvider;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.orm.jpa.persistenceunit.PersistenceManagedTypes;

/** Opens Hibernate over the tables; every entity is compared with its table first. */
final class Mapping {
  private Mapping() {}

  // Camel's JPA component works only with a factory that Spring's bean made: with a plain one its
  // consumer and producer find no transaction.
  static EntityManagerFactory open(
      DataSource source, DatabaseKind kind, String url, List<Class<?>> entities) {
    LocalContainerEntityManagerFactoryBean bean = new LocalContainerEntityManagerFactoryBean();
    bean.setPersistenceUnitName("idbridge");
    bean.setPersistenceProviderClass(HibernatePersistenceProvider.class);
    bean.setDataSource(source);
    bean.setManagedTypes(
        PersistenceManagedTypes.of(entities.stream().map(Class::getName).toArray(String[]::new)));
    bean.setValidationMode(ValidationMode.NONE);
    Map<String, Object> settings = new HashMap<>();
    settings.put("hibernate.hbm2ddl.auto", "validate");
    settings.put("hibernate.physical_naming_strategy", PhysicalNamingStrategySnakeCaseImpl.class);
    settings.put("hibernate.connection.provider_disables_autocommit", "true");
    settings.put("hibernate.query.in_clause_parameter_padding", "true");
    settings.put("hibernate.jdbc.batch_size", "100");
    settings.put("hibernate.order_inserts", "true");
    settings.put("hibernate.order_updates", "true");
    settings.put("hibernate.cache.use_second_level_cache", "false");
    settings.put("hibernate.cache.use_query_cache", "false");
    settings.put("hibernate.xml_mapping_enabled", "false");
    settings.put("hibernate.archive.autodetection", "none");
    bean.setJpaPropertyMap(settings);
    try {
      bean.afterPropertiesSet();
    } catch (PersistenceException e) {
      if (StartTrouble.away(kind, e)) {
        throw StartTrouble.explained(url, kind, e);
      }
      throw new StoreUnavailable(
          "the store's tables are not what this version expects: "
              + e.getMessage()
              + ". Were they changed by hand? Restore them, or start with an empty store",
          e);
    }
    EntityManagerFactory factory = bean.getObject();
    if (factory == null) {
      throw new IllegalStateException("no entity manager factory was made");
    }
    return factory;
  }
}
